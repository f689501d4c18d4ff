import type { AnyStateMachine } from 'xstate'
import type { Chat } from '../chat.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { checking, misuse } from '../failure/misuse.js'
import { checkOptions, type HarnessOptions, modulesOf } from '../harness-options.js'
import { Wings } from '../processes/wings.js'
import { inTransportOfRun } from '../transport-of-run.js'
import { CrashPlan, type CrashPoint, describedPoint } from './crash-point.js'
import { naming, type Play, playing } from './playing.js'
import { sideBySide } from './side-by-side.js'
import { checkSwept, shownNothing, swept, type WhileAwaited } from './sweep.js'

/**
 * What a crash sweep begins each of its conversations with.
 *
 * @example
 * const options: CrashSweepOptions<typeof order.machine> = { bot: order, answersVary: true }
 */
export type CrashSweepOptions<TMachine extends AnyStateMachine> = HarnessOptions<TMachine> & {
  /**
   * What the bot says is not the same each time, as where it says something at random: it is not compared with what it
   * says when nobody is killed.
   */
  answersVary?: boolean
  /**
   * How many conversations are played at a time, 1 by default. With `transport: 'process'` more of them use more cores: as
   * many as `availableParallelism()` of `node:os` counts. Give it where a conversation keeps nothing outside of itself.
   */
  atOnce?: number
}

/**
 * What a crash sweep did.
 *
 * @example
 * const { points }: CrashSweep = await crashSweep({ bot: order }, (chat) => chat.user('ana').says('hello'))
 * expect(points).toBe(9)
 */
export interface CrashSweep {
  /** At how many points somebody was killed. */
  points: number
  /** Which they were, in the order in which the conversation comes to them. */
  crashes: readonly CrashPoint[]
}

/**
 * Plays a conversation once as it is, and then once for each point at which a bot or the server can die: it is
 * killed there, and started again. The conversation has to go on as if nothing had happened: its own checks hold,
 * everything is delivered once and in order, and everybody says the same.
 *
 * @throws ConversationFailure and whatever else the conversation throws, with the point at which somebody was killed;
 *   ConversationFailure, too, where nobody could be
 * @throws RangeError where an option is wrong
 * @example
 * const { points } = await crashSweep({ bot: order }, async (chat) => {
 *   const ana = chat.user('ana')
 *   await ana.says('hello')
 *   await ana.toHear('Welcome.')
 * })
 * expect(points).toBe(9)
 */
export const crashSweep = <TMachine extends AnyStateMachine>(
  options: CrashSweepOptions<TMachine>,
  conversation: (chat: Chat<TMachine>) => Promise<void>,
): Promise<CrashSweep> => {
  const site = callSite(crashSweep)
  return swept('crashSweep', site, (whileAwaited) => begin(options, conversation, { site, whileAwaited }))
}

const begin = async <TMachine extends AnyStateMachine>(
  asked: CrashSweepOptions<TMachine>,
  conversation: (chat: Chat<TMachine>) => Promise<void>,
  { site, whileAwaited }: { site: CallSite; whileAwaited: WhileAwaited },
): Promise<CrashSweep> => {
  checkSwept('crashSweep', asked, conversation)
  const { answersVary = false, atOnce = 1, ...given } = asked
  const options = checking(() => inTransportOfRun(given))
  checking(() => checkOptions(options as HarnessOptions<AnyStateMachine>))
  if (!Number.isSafeInteger(atOnce) || atOnce < 1)
    throw misuse(new RangeError(`atOnce: ${atOnce} is not a whole number from 1`))
  const wings =
    options.transport === 'process' ? await Wings.open({ modules: modulesOf(options), plays: 'many' }) : undefined
  // The type of what is left of a union.
  const play = playing(options as HarnessOptions<TMachine>, conversation, { site, wings })
  try {
    const sweep = await sweeping(whileAwaited(play), { answersVary, atOnce })
    if (sweep.points > 0) return sweep
    throw shownNothing(nobodyDied, site)
  } finally {
    await wings?.close()
  }
}

const nobodyDied =
  'Nobody could be killed in this conversation: nothing is said in it that is stored, or given to a bot.'

interface Sweeping {
  answersVary: boolean
  atOnce: number
}

const sweeping = async (play: Play, { answersVary, atOnce }: Sweeping): Promise<CrashSweep> => {
  const rehearsal = new CrashPlan()
  const usual = await naming('nobody is killed', () => play({ crashes: rehearsal }, undefined))
  const played = await sideBySide(rehearsal.reached, atOnce, async (point) => {
    const plan = new CrashPlan(point)
    await naming(describedPoint(point), () => play({ crashes: plan }, answersVary ? undefined : usual))
    return plan.isDone
  })
  const crashes = rehearsal.reached.filter((_, at) => played[at])
  return { points: crashes.length, crashes }
}
