import { type AcknowledgementPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'
import { handlePuback } from './puback.js'

/** PUBREC (3.5): a QoS 2 message has arrived. That it has is stored before PUBREL says so. */
export const handlePubrec = (live: Live, { packetId, reasonCode }: AcknowledgementPacket): void => {
  const flight = live.window.get(packetId)
  if (!flight) sendPubrel(live, packetId, ReasonCode.PacketIdentifierNotFound)
  else if (reasonCode >= ReasonCode.UnspecifiedError) handlePuback(live, { type: 'puback', packetId, reasonCode })
  else if (flight.release) releaseLater(live, packetId, flight.release())
  else sendPubrel(live, packetId, ReasonCode.Success)
}

const releaseLater = (live: Live, packetId: number, stored: Promise<void>): void => {
  const failed = () => live.link.end()
  stored.then(() => sendPubrel(live, packetId, ReasonCode.Success), failed)
}

const sendPubrel = (live: Live, packetId: number, reasonCode: number): void => {
  live.link.send({ type: 'pubrel', packetId, reasonCode })
}
