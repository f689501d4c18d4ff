import { type AcknowledgementPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** PUBREL (3.6): the client will not send its QoS 2 message again, so its packet identifier is forgotten. */
export const handlePubrel = (live: Live, { packetId }: AcknowledgementPacket): void => {
  const known = live.session.received.delete(packetId)
  const reasonCode = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound
  const complete = () => live.quota.answer({ type: 'pubcomp', packetId, reasonCode })
  if (known && live.persistent) forgetLater(live, complete)
  else complete()
}

/** Stored before PUBCOMP: else a new message under the same identifier would be taken for the old one after a crash. */
const forgetLater = (live: Live, complete: () => void): void => {
  const failed = () => live.link.end()
  live.services.sessions.save(live.session.record()).then(complete, failed)
}
