import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { countExcess } from '../../limits/refuse.js'
import { mayPublish } from '../access/ask.js'
import { distribute, type Origin } from '../distribute.js'
import type { PublishOutcome } from '../exchange/port.js'
import { countLost } from '../lost.js'
import { aged, messageOf } from '../message.js'
import type { RoutedMessage } from '../port.js'
import type { Live } from '../session/live.js'
import { answerNow, answerTo, notStored } from './outcome.js'
import { overQuota } from './publish-limits.js'

/**
 * A publish of plain MQTT. Where nothing has to be waited for it is done at once, without a promise; else it keeps
 * its place, and those after it keep theirs.
 */
export const publishToTopic = (live: Live, packet: PublishPacket): void => {
  const allowed = mayPublish(live.services.access, live.session.principal, packet)
  if (live.inOrder.busy || packet.retain || typeof allowed === 'object') publishLater(live, packet, allowed)
  else if (allowed) publishNow(live, packet)
  else answerNow(live, packet, notAllowed)
}

const publishNow = (live: Live, packet: PublishPacket): void => {
  const reached = reach(live, packet, routed(live, packet))
  if (typeof reached === 'number') answerNow(live, packet, outcomeOf(reached))
  else answerLater(live, packet, reached.then(outcomeOf))
}

const publishLater = (live: Live, packet: PublishPacket, allowed: boolean | Promise<boolean>): void => {
  const message = routed(live, packet)
  const outcome = live.inOrder.run(
    keep(live, message, allowed),
    async (refusal) => refusal ?? outcomeOf(await reachLate(live, packet, message)),
  )
  answerLater(live, packet, outcome)
}

const routed = (live: Live, packet: PublishPacket): RoutedMessage =>
  messageOf(live.name, packet, live.services.clock.now())

/** Keeps a retained message before anyone gets it, so that who subscribes meanwhile finds it; or says why not. */
const keep = async (
  live: Live,
  message: RoutedMessage,
  allowed: boolean | Promise<boolean>,
): Promise<PublishOutcome | undefined> => {
  const { services } = live
  // Without a wait where the answer is known: the messages of one topic are to be kept in the order of arrival.
  const mayGo = typeof allowed === 'boolean' ? allowed : await answered(live, allowed)
  if (mayGo !== true) return mayGo === undefined ? notKnown : notAllowed
  const excess = message.retain ? await services.retained.set(message) : undefined
  if (excess) countExcess(services.counters, excess)
  return excess && overQuota(excess)
}

/** `undefined` where who decides has failed. */
const answered = ({ services, name }: Live, allowed: Promise<boolean>): Promise<boolean | undefined> =>
  allowed.catch((error: unknown) => {
    services.log.error({ ...name, error: String(error) }, 'Whether a publish is allowed is not known')
    return undefined
  })

const reach = (live: Live, packet: PublishPacket, message: RoutedMessage): number | Promise<number> => {
  if (packet.qos === 2) live.session.taking.delete(packet.packetId ?? 0)
  return distribute(live.services.sessions, live.router, message, originOf(live, packet))
}

/** The wait, for the disk or for who decides, is part of the message's life [MQTT-3.3.2-5], [MQTT-3.3.2-6]. */
const reachLate = (live: Live, packet: PublishPacket, message: RoutedMessage): number | Promise<number> => {
  const current = aged(message, live.services.clock.now())
  return current ? reach(live, packet, current) : reachNobody(live, packet, message)
}

/** It has come too late, and was taken nevertheless. */
const reachNobody = async (live: Live, packet: PublishPacket, message: RoutedMessage): Promise<number> => {
  const { received } = originOf(live, packet)
  if (packet.qos === 2) live.session.taking.delete(packet.packetId ?? 0)
  if (received) await live.services.sessions.enqueue([], message, received)
  countLost({ counters: live.services.counters, traffic: live.session.account.traffic }, 'expired')
  return 0
}

const originOf = (live: Live, { qos, packetId }: PublishPacket): Origin =>
  qos === 2 && live.persistent && packetId !== undefined
    ? { publisher: live.link, received: { session: live.name, packetId } }
    : live.origin

const answerLater = (live: Live, packet: PublishPacket, outcome: Promise<PublishOutcome>): void => {
  const pending = live.acknowledgements.reserve(packet.payload.length)
  outcome.catch(notStored).then((known) => pending.settle(answerTo(live, packet, known)))
}

const success: PublishOutcome = { reasonCode: ReasonCode.Success }
const noSubscribers: PublishOutcome = { reasonCode: ReasonCode.NoMatchingSubscribers }
const notAllowed: PublishOutcome = {
  reasonCode: ReasonCode.NotAuthorized,
  reason: 'This client may not publish to this topic.',
}
const notKnown: PublishOutcome = {
  reasonCode: ReasonCode.UnspecifiedError,
  reason: 'Whether this client may publish to this topic is not known now; send it again later.',
  passing: true,
}

const outcomeOf = (reached: number): PublishOutcome => (reached > 0 ? success : noSubscribers)
