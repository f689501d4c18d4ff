import { pathToFileURL } from 'node:url'
import type { AnyStateMachine } from 'xstate'
import { checkGiven, type GivenBot } from './casting.js'
import type { StartOf } from './machine/machine-types.js'
import { transports } from './transport-of-run.js'

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
  time?: (typeof times)[number]
  /**
   * Where server and bots run, and how the server is reached. `memory`, the default: in this process, by streams. `tcp`: in
   * this process, by sockets of the loopback interface. `process`: each in a process of its own, which is killed where it
   * is to die, and the server keeps its data on a disk. Each is slower than the one before. The same seed gives the same
   * conversation. Where none is given, it is that of the environment, `DAAKIA_TRANSPORT`.
   *
   * @example
   * await using chat = await harness({ bot: order, transport: 'tcp' })
   */
  transport?: 'memory' | 'tcp' | 'process'
  /**
   * The modules that export the bots, in JavaScript or TypeScript: a process of its own has to load its bot, and finds it
   * there by its id. Only `transport: 'process'` looks at them.
   *
   * @example
   * const modules = [new URL('../src/order.ts', import.meta.url)]
   * await using chat = await harness({ bot: order, transport: 'process', modules })
   */
  modules?: readonly (URL | string)[]
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
  /** How soon a connection that is half-open is noticed: by who connected within this time, by the server half of it later. 30. */
  keepAliveSeconds?: number
  /**
   * How much real time may pass before what is not at rest fails the test. 5,000 by default, 30,000 for processes, which
   * have to start.
   */
  stuckAfterMs?: number
} /**
 * A function is called for each process of the bot: when the scene is set, for each instance, and where one is started again.
 * What it makes keeps nothing from one to the next. A process of its own (`transport: 'process'`) runs what its module exports.
 *
 * @example
 * await using chat = await harness({ bot: () => orderBot(fakeShop()) })
 */ & (
  | { bot: GivenBot<TMachine>; bots?: undefined }
  /** The first one is meant where none is named. */
  | { bots: readonly [GivenBot<TMachine>, ...GivenBot[]]; bot?: undefined }
)

export const defaults = {
  seed: 1,
  time: 'virtual',
  transport: 'memory',
  startsAt: Date.UTC(2026, 0, 1, 12),
  keepAliveSeconds: 30,
  stuckAfterMs: 5_000,
} as const

/** How long it is waited for rest. */
export const stuckAfterMs = ({ transport }: Pick<HarnessOptions<AnyStateMachine>, 'transport'>): number =>
  transport === 'process' ? 30_000 : defaults.stuckAfterMs

const times = ['virtual', 'real'] as const

/** @throws RangeError where what is given is none of them */
const checkOneOf = (option: string, given: string | undefined, all: readonly string[]): void => {
  if (given !== undefined && !all.includes(given))
    throw new RangeError(`${option}: there is no "${given}", but ${all.join(', ')}`)
}

/** Addresses of the modules that export the bots. */
export const modulesOf = ({ modules = [] }: Pick<HarnessOptions<AnyStateMachine>, 'modules'>): string[] =>
  modules.map((module) => {
    const text = String(module)
    return text.startsWith('file:') ? text : pathToFileURL(text).href
  })

/** @throws RangeError where two options do not fit each other, TypeError where one is missing, or there is no bot */
export const checkOptions = ({
  time,
  startsAt,
  transport,
  modules = [],
  ...given
}: HarnessOptions<AnyStateMachine>): void => {
  if (given.bot !== undefined && given.bots !== undefined)
    throw new TypeError(
      'Give "bot" or "bots": of several, "bots" names all, and the first is meant where none is named.',
    )
  const [first, ...others] = given.bots ?? [given.bot]
  for (const each of [first, ...others]) checkGiven(each)
  checkOneOf('time', time, times)
  checkOneOf('transport', transport, transports)
  if (time === 'real' && startsAt !== undefined)
    throw new RangeError(`Real time can't begin at ${startsAt}: leave "startsAt" out, or give time: 'virtual'.`)
  if (transport !== 'process') return
  if (modules.length === 0)
    throw new TypeError(
      `transport: 'process' loads bots in processes of their own: name the modules that export them, such as modules: [new URL('../src/order.ts', import.meta.url)].`,
    )
}
