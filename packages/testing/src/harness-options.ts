import type { Bot } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'
import { checkBot } from './given-bots.js'
import type { StartOf } from './machine/machine-types.js'

/**
 * Which bots are on the scene, and when it begins.
 *
 * @example
 * await using chat = await harness({ bots: [order, support], startsAt: Date.UTC(2026, 11, 24, 18) })
 * await chat.user('ana').says('hello', { to: 'support-bot' })
 */
export type HarnessOptions<TMachine extends AnyStateMachine> = {
  /**
   * Of all that is random: ids, waiting times. By default that of the environment, `DAAKIA_SEED`, else 1. A failure shows
   * the command that plays the test again with the same one.
   */
  seed?: number
  /**
   * `virtual`, the default: time stands still until the test moves it. `real`: it is the machine's, `advance` waits, and
   * what a bot schedules has to be short.
   */
  time?: 'virtual' | 'real'
  /**
   * How bots and people reach the server: by streams in this process (`memory`, the default), or by sockets of the
   * loopback interface (`tcp`), which are slower. The same seed gives the same conversation.
   *
   * @example
   * await using chat = await harness({ bot: order, transport: 'tcp' })
   */
  transport?: 'memory' | 'tcp'
  /** When virtual time begins, milliseconds since the Unix epoch: by default noon, UTC, of the first day of 2026. */
  startsAt?: number
  /**
   * Each person's conversation with the first bot is in this state when they are first mentioned. It is entered as by a
   * transition: its entry actions run, what it invokes is started, and its timers begin. What the machine does before, at
   * its very beginning, is over. Runs after that one begin as always.
   *
   * @example
   * await using chat = await harness({ bot: order, startAt: { state: 'paying', context: { count: 2 } } })
   */
  startAt?: StartOf<TMachine>
  /**
   * Work outside of the bots that nobody waits for, by the names of its actors in `setup`. Otherwise time stands still, and a
   * test waits, until such work ends; with it a test can go on while a call does not answer.
   *
   * @throws RangeError where no bot has such an actor
   * @example
   * await using chat = await harness({ bot: order, unawaited: ['charge'] })
   */
  unawaited?: readonly string[]
  /** How much real time may pass before what is not at rest fails the test. 5,000 by default. */
  stuckAfterMs?: number
} & (
  | { bot: Bot<TMachine>; bots?: undefined }
  /** The first one is meant where none is named. */
  | { bots: readonly [Bot<TMachine>, ...Bot[]]; bot?: undefined }
)

export const defaults = {
  seed: 1,
  time: 'virtual',
  transport: 'memory',
  startsAt: Date.UTC(2026, 0, 1, 12),
  stuckAfterMs: 5_000,
} as const

/** @throws RangeError where two options do not fit each other; TypeError where there is no bot */
export const checkOptions = ({ time, startsAt, ...given }: HarnessOptions<AnyStateMachine>): void => {
  const [first, ...others] = given.bots ?? [given.bot]
  for (const each of [first, ...others]) checkBot(each)
  if (time === 'real' && startsAt !== undefined)
    throw new RangeError(`Real time can't begin at ${startsAt}: leave "startsAt" out, or give time: 'virtual'.`)
}
