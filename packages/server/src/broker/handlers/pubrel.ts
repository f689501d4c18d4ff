import { type AcknowledgementPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { bidFarewell } from '../../not-now.js'
import type { Live } from '../session/live.js'
import type { Session } from '../session/session.js'

/** PUBREL (3.6): the client will not send its QoS 2 message again, so its packet identifier is forgotten. */
export const handlePubrel = (live: Live, { packetId }: AcknowledgementPacket): void => {
  const known = forget(live.session, packetId)
  const reasonCode = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound
  const complete = () => live.quota.answer({ type: 'pubcomp', packetId, reasonCode })
  if (known && live.persistent) forgetLater(live, complete)
  else complete()
}

/** Where the server died after it had taken a message, it may know no more of it than its id. */
const forget = (session: Session, packetId: number): boolean => {
  const wasNamed = session.messageIds.delete(packetId)
  const known = session.received.delete(packetId) || wasNamed
  session.hasReleased ||= known
  return known
}

/** Stored before PUBCOMP: else a new message under the same identifier would be taken for the old one after a crash. */
const forgetLater = (live: Live, complete: () => void): void => {
  const failed = (error: unknown) => bidFarewell(live.link, error)
  live.save().then(complete, failed)
}
