import { type AcknowledgementPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { bidFarewell } from '../../not-now.js'
import type { Live } from '../session/live.js'

/** PUBREL (3.6): the client will not send its QoS 2 message again, so its packet identifier is forgotten. */
export const handlePubrel = (live: Live, { packetId }: AcknowledgementPacket): void => {
  const known = live.session.forgetReceived(packetId)
  live.session.hasReleased ||= known
  const reasonCode = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound
  const complete = () => live.quota.answer({ type: 'pubcomp', packetId, reasonCode })
  if (known && live.persistent) forgetLater(live, complete)
  else complete()
}

/** Stored before PUBCOMP: else a new message under the same identifier would be taken for the old one after a crash. */
const forgetLater = (live: Live, complete: () => void): void => {
  const failed = (error: unknown) => bidFarewell(live.link, error)
  live.save().then(complete, failed)
}
