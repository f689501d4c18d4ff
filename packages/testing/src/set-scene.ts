import type { Bot } from '@daakia/bot-sdk'
import { checkStart, type Start } from '@daakia/bot-sdk/internal'
import type { AnyStateMachine } from 'xstate'
import { checkIds, type GivenBot, Role } from './casting.js'
import type { CallSite } from './failure/call-site.js'
import { checking } from './failure/misuse.js'
import { replayOf, seedOfRun } from './failure/replay.js'
import type { Crashes } from './faults/crash-point.js'
import type { LossPlan } from './faults/loss-plan.js'
import { checkOptions, defaults, type HarnessOptions, modulesOf, stuckAfterMs } from './harness-options.js'
import type { Wings } from './processes/wings.js'
import type { Schedule } from './races/schedule.js'
import type { Scene } from './scene/scene.js'
import { SceneChat } from './scene/scene-chat.js'
import { areHeldUp, checkUnawaited, Unawaited } from './scene/unawaited.js'
import { Stage } from './stage.js'
import { inTransportOfRun } from './transport-of-run.js'

/** A scene that other parts of this package play on. */
export interface SetScene {
  chat: SceneChat
  scene: Scene
}

interface SceneOptions {
  /** Where it was asked for. */
  site: CallSite
  /** Whether a bot is at work on what never ends, for which nobody waits. */
  isHeldUp?: () => boolean
  /** Who goes first, where several race; it is named by the seed. */
  schedule?: Schedule
  /** How many of each bot run. */
  instances?: number
  /** Who is killed, and where. */
  crashes?: Crashes
  /** Which packet gets lost. */
  losses?: LossPlan
  /** Where processes wait that several scenes use. */
  wings?: Wings | undefined
}

/** As `harness`, for other parts of this package. @throws ConversationFailure where they don't come to rest */
export const setScene = async <TMachine extends AnyStateMachine>(
  given: HarnessOptions<TMachine>,
  { site, isHeldUp: isHeld, schedule, instances, wings, crashes, losses }: SceneOptions,
): Promise<SetScene> => {
  // A race is run where it can be, and so is what stops a bot at each step.
  const options = checking(() => (schedule || isHeld ? given : inTransportOfRun(given)))
  checking(() => checkOptions(options))
  // Where bots have processes of their own, it is told apart there.
  const isInside = options.transport !== 'process'
  const unawaited = options.unawaited && isInside ? new Unawaited(options.unawaited) : undefined
  const asPlayed = (bot: Bot): Bot => unawaited?.over(bot) ?? bot
  const [lead, ...others] = options.bots ?? [options.bot]
  const role = (each: GivenBot) => new Role(each, asPlayed)
  const leading = role(lead)
  const roles = [leading, ...others.map(role)]
  checking(() => checkIds(roles))
  const first = leading.bot
  const { unawaited: names } = options
  const bots = roles.map(({ bot }) => bot)
  if (names) checking(() => checkUnawaited(names, bots))
  const isHeldUp = unawaited ? () => areHeldUp([unawaited.atWork]) : isHeld
  const startAt = options.startAt as Start | undefined
  if (startAt) checking(() => checkStart(first.machine, startAt))
  const seed = options.seed ?? checking(seedOfRun) ?? defaults.seed
  const replay = await replayOf(options.seed === undefined || schedule ? seed : undefined)
  const stage = await Stage.open({
    ...{ ...defaults, stuckAfterMs: stuckAfterMs(options), ...options },
    ...{ modules: modulesOf(options), wings, seed, replay, startAt, crashes, losses, isHeldUp, schedule },
  })
  try {
    for (const each of roles) stage.add(each, { isFirst: each === leading, instances })
  } catch (error) {
    await stage.close()
    throw error
  }
  const chat = new SceneChat({
    scene: stage.scene,
    site,
    firstBot: first.id,
    enter: (name) => stage.enter(name, first.id),
    crashServer: () => stage.crashServer(),
    shutDown: () => stage.close(),
  })
  await stage.scene.rest(site).catch(async (failure) => {
    await stage.close()
    throw failure
  })
  return { chat, scene: stage.scene }
}
