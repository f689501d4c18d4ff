import type { senderProperties } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { PublishOutcome } from '../exchange/port.js'
import type { Live } from '../session/live.js'

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

/** The connection ends instead of an answer: it is the same message when it comes again, for it may have been stored. */
const isSentAgain = ({ version }: Live, { passing, inDoubt }: PublishOutcome): boolean =>
  inDoubt === true || (version === 4 && passing === true)

const ofNoSession: PublishOutcome = { reasonCode: ReasonCode.SessionTakenOver, passing: true }

const hasId = ({ properties }: PublishPacket): boolean =>
  properties?.userProperties?.some(([name]) => name === idProperty) ?? false

/** After those that wait for their ids to be stored: a conversation is in the order of its sender, whatever QoS they have. */
export const publishInTurn = (live: Live, packet: PublishPacket): Promise<PublishOutcome> => {
  const { exchange } = live.services
  return live.inOrder.busy
    ? live.inOrder.run(Promise.resolve(), () => exchange.publish(live, packet))
    : exchange.publish(live, packet)
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
