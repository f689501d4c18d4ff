import type { Bot } from '@daakia/bot-sdk'
import { checkStart, type Start } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import type { Chat } from './chat.js'
import { type CallSite, callSite } from './failure/call-site.js'
import { replayLine, seedOfRun } from './failure/replay.js'
import type { StartOf } from './machine/machine-types.js'
import type { Schedule } from './races/schedule.js'
import type { Scene } from './scene/scene.js'
import { SceneChat } from './scene/scene-chat.js'
import { Stage } from './stage.js'

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
  /** How much real time may pass before what is not at rest fails the test. 5,000 by default. */
  stuckAfterMs?: number
} & (
  | { bot: Bot<TMachine>; bots?: undefined }
  /** The first one is meant where none is named. */
  | { bots: readonly [Bot<TMachine>, ...Bot[]]; bot?: undefined }
)

/** What a harness has where nothing else is said. */
export const defaults = {
  seed: 1,
  time: 'virtual',
  transport: 'memory',
  startsAt: Date.UTC(2026, 0, 1, 12),
  stuckAfterMs: 5_000,
} as const

/**
 * Sets a scene for a conversation: a server with its data in memory, and the bots, each over a connection of its own.
 *
 * @throws ConversationFailure where they don't come to rest
 * @example
 * await using chat = await harness({ bot: order })
 * const ana = chat.user('ana')
 * await ana.says('hello')
 * await ana.toHear('Welcome.')
 */
export const harness = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
): Promise<Chat<TMachine>> => {
  const { chat } = await setScene(options, { site: callSite(harness) })
  // The class does not know the machine's states by name.
  return chat as unknown as Chat<TMachine>
}

/** A scene that other parts of this package play on. */
export interface SetScene {
  chat: SceneChat
  scene: Scene
}

interface Setting {
  /** Where it was asked for. */
  site: CallSite
  /** A bot is at work on what never ends, for which nobody waits. */
  isHeldUp?: () => boolean
  /** Who goes first, where several race; it is named by the seed. */
  schedule?: Schedule
  /** How many of each bot run. */
  instances?: number
}

/**
 * As `harness`, for other parts of this package.
 */
export const setScene = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
  { site, isHeldUp, schedule, instances }: Setting,
): Promise<SetScene> => {
  checkTime(options)
  const bots = options.bots ?? [options.bot]
  const startAt = options.startAt as Start | undefined
  if (startAt) checkStart(bots[0].machine, startAt)
  const seed = options.seed ?? seedOfRun() ?? defaults.seed
  const replay = await replayLine(options.seed === undefined || schedule ? seed : undefined)
  const stage = await Stage.open({ ...defaults, ...options, seed, replay, startAt, isHeldUp, schedule })
  for (const bot of bots) stage.add(bot, { isFirst: bot === bots[0], instances })
  const chat = new SceneChat({
    scene: stage.scene,
    site,
    firstBot: bots[0].id,
    enter: (name) => stage.enter(name, bots[0].id),
    shutDown: () => stage.close(),
  })
  await stage.scene.rest(site).catch(async (failure) => {
    await stage.close()
    throw failure
  })
  return { chat, scene: stage.scene }
}

const checkTime = ({ time, startsAt }: Pick<HarnessOptions<AnyStateMachine>, 'time' | 'startsAt'>): void => {
  if (time === 'real' && startsAt !== undefined)
    throw new RangeError(`Real time can't begin at ${startsAt}: leave "startsAt" out, or give time: 'virtual'.`)
}
