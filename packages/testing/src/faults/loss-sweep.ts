import type { AnyStateMachine } from 'xstate'
import type { Chat } from '../chat.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { checking } from '../failure/misuse.js'
import { Given, isList } from '../given.js'
import { checkOptions, type HarnessOptions, modulesOf } from '../harness-options.js'
import { Wings } from '../processes/wings.js'
import { inTransportOfRun } from '../transport-of-run.js'
import { describedLoss, LossPlan, type LossPoint } from './loss-plan.js'
import { checkKind, type PacketKind } from './packets/packet-kind.js'
import { naming, type Play, playing } from './playing.js'
import { checkSwept, shownNothing, swept, type WhileAwaited } from './sweep.js'

/**
 * What a loss sweep begins each of its conversations with.
 *
 * @example
 * const options: LossSweepOptions<typeof order.machine> = { bot: order, packets: ['publish', 'puback'] }
 */
export type LossSweepOptions<TMachine extends AnyStateMachine> = HarnessOptions<TMachine> & {
  /** Which packets get lost; all kinds by default. */
  packets?: readonly PacketKind[]
  /**
   * What the bot says is not the same each time, as where it says something at random: it is not compared with what it
   * says when nothing gets lost.
   */
  answersVary?: boolean
}

/**
 * What a loss sweep did.
 *
 * @example
 * const { losses }: LossSweep = await lossSweep({ bot: order }, (chat) => chat.user('ana').says('hello'))
 * expect(losses).toContainEqual({ of: 'ana', packet: 'puback', from: 'server', nth: 1 })
 */
export interface LossSweep {
  /** How many packets got lost, each in a conversation of its own. */
  points: number
  /** Which they were, in the order in which the conversation comes to them. */
  losses: readonly LossPoint[]
}

/**
 * Plays a conversation once as it is, and then once for each packet that goes between the server and its bots and people: it is
 * lost, and the connection breaks there. The conversation has to go on as if nothing had happened: its own checks hold,
 * everything is delivered once and in order, and everybody says the same.
 *
 * @throws ConversationFailure and whatever else the conversation throws, with the packet that got lost;
 *   ConversationFailure, too, where none could
 * @throws RangeError where an option is wrong
 * @example
 * const { points } = await lossSweep({ bot: order, packets: ['publish', 'puback'] }, async (chat) => {
 *   const ana = chat.user('ana')
 *   await ana.says('hello')
 *   await ana.toHear('Welcome.')
 * })
 * expect(points).toBeGreaterThan(10)
 */
export const lossSweep = <TMachine extends AnyStateMachine>(
  options: LossSweepOptions<TMachine>,
  conversation: (chat: Chat<TMachine>) => Promise<void>,
): Promise<LossSweep> => {
  const site = callSite(lossSweep)
  return swept('lossSweep', site, (whileAwaited) => begin(options, conversation, { site, whileAwaited }))
}

const begin = async <TMachine extends AnyStateMachine>(
  asked: LossSweepOptions<TMachine>,
  conversation: (chat: Chat<TMachine>) => Promise<void>,
  { site, whileAwaited }: { site: CallSite; whileAwaited: WhileAwaited },
): Promise<LossSweep> => {
  checkSwept('lossSweep', asked, conversation)
  const { answersVary = false, packets, ...given } = asked
  new Given('lossSweep').may(asked, 'packets', isList(), "packets: ['publish', 'puback']")
  checking(() => packets?.forEach(checkKind))
  const options = checking(() => inTransportOfRun(given))
  checking(() => checkOptions(options as HarnessOptions<AnyStateMachine>))
  const wings =
    options.transport === 'process' ? await Wings.open({ modules: modulesOf(options), plays: 'many' }) : undefined
  // The type of what is left of a union.
  const play = playing(options as HarnessOptions<TMachine>, conversation, { site, wings })
  try {
    const sweep = await sweeping(whileAwaited(play), { answersVary, packets })
    if (sweep.points > 0) return sweep
    throw shownNothing(nothingLost(packets), site)
  } finally {
    await wings?.close()
  }
}

const nothingLost = (packets: readonly PacketKind[] | undefined): string =>
  `Nothing could get lost in this conversation: there is no ${packets?.join(' or ') || 'packet'} in it.`

interface Sweeping {
  answersVary: boolean
  packets: readonly PacketKind[] | undefined
}

const sweeping = async (play: Play, { answersVary, packets }: Sweeping): Promise<LossSweep> => {
  const rehearsal = new LossPlan()
  const usual = await naming('nothing gets lost', () => play({ losses: rehearsal }, undefined))
  const losses: LossPoint[] = []
  for (const point of rehearsal.reached) {
    if (packets && !packets.includes(point.packet)) continue
    const plan = new LossPlan(point)
    await naming(describedLoss(point), () => play({ losses: plan }, answersVary ? undefined : usual))
    if (plan.isDone) losses.push(point)
  }
  return { points: losses.length, losses }
}
