import { isDaak, type senderProperties } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { PublishOutcome } from '../exchange/port.js'
import type { Live } from '../session/live.js'
import { notStored } from './outcome.js'

const idProperty: (typeof senderProperties)[number] = 'id'

/**
 * A QoS 2 message of a session that is kept, which is taken once [MQTT-4.3.3-10], also where the server dies between the
 * commit of the message and the note that it was taken: sent again it has the same id, and so it is the same message.
 * Where its sender gives it none, the id that it gets is stored before.
 */
export const takeOnce = async (live: Live, packet: PublishPacket, packetId: number): Promise<PublishOutcome> => {
  const { session } = live
  const named = hasId(packet)
  try {
    const outcome = await (named ? publishInTurn(live, packet) : publishNamed(live, packet, packetId))
    if (outcome.reasonCode >= 0x80) {
      // Its packet identifier goes with the answer. Until then no record of the session may show it as received.
      if (!isSentAgain(live, outcome)) session.messageIds.delete(packetId)
      return outcome
    }
    session.taking.delete(packetId)
    if (named) await live.save()
    return outcome
  } catch (error) {
    if (live.version === 5) session.messageIds.delete(packetId)
    throw error
  }
}

/**
 * Whether the store has to look for a message that was taken, and is sent again: where Redis lost it, its session, which lies
 * elsewhere, does not know. It has an id by which the store does. In MQTT 3.1.1 it may have been refused, which can't be told twice.
 */
export const mayBeLost = (live: Live, packet: PublishPacket, packetId: number): boolean => {
  const { taking, messageIds } = live.session
  if (!live.services.shared || !live.persistent || live.version !== 5) return false
  return isDaak(packet.topic) && !taking.has(packetId) && (hasId(packet) || messageIds.has(packetId))
}

/** One that was taken. Where the store can't look now, it is not to be told that it is refused. */
export const takeAgain = async (live: Live, packet: PublishPacket, packetId: number): Promise<PublishOutcome> => {
  const outcome = await publishInTurn(live, packet, live.session.messageIds.get(packetId)).catch(notStored)
  return outcome.passing ? { ...outcome, inDoubt: true } : outcome
}

/** The connection ends instead of an answer: it is the same message when it comes again, for it may have been stored. */
const isSentAgain = ({ version }: Live, { passing, inDoubt }: PublishOutcome): boolean =>
  inDoubt === true || (version === 4 && passing === true)

const ofNoSession: PublishOutcome = { reasonCode: ReasonCode.SessionTakenOver, passing: true }

const hasId = ({ properties }: PublishPacket): boolean =>
  properties?.userProperties?.some(([name]) => name === idProperty) ?? false

/** After those that wait for their ids to be stored: a conversation is in the order of its sender, whatever QoS they have. */
export const publishInTurn = (live: Live, packet: PublishPacket, messageId?: string): Promise<PublishOutcome> => {
  const publish = () => live.services.exchange.publish(live, packet, messageId)
  return live.inOrder.busy ? live.inOrder.run(Promise.resolve(), publish) : publish()
}

const publishNamed = (live: Live, packet: PublishPacket, packetId: number): Promise<PublishOutcome> => {
  const { session, services } = live
  const messageId = session.messageIds.get(packetId) ?? services.makeId()
  session.messageIds.set(packetId, messageId)
  return live.inOrder.run(live.save(), (saved) =>
    // Elsewhere it was sent again, and has another id there.
    saved ? services.exchange.publish(live, packet, messageId) : ofNoSession,
  )
}
