import { type AcknowledgementPacket, MqttError, ReasonCode } from '@daakia/protocol/mqtt'
import { bidFarewell } from '../../not-now.js'
import type { Live } from '../session/live.js'

/** PUBREC (3.5): a QoS 2 message has arrived. That it has is stored before PUBREL says so. */
export const handlePubrec = (live: Live, { packetId, reasonCode }: AcknowledgementPacket): void => {
  const flight = live.window.get(packetId)
  if (flight?.qos === 1) throw new MqttError(ReasonCode.ProtocolError, 'A PUBREC for a QoS 1 message [MQTT-4.3.2-5]')
  if (!flight) sendPubrel(live, packetId, ReasonCode.PacketIdentifierNotFound)
  else if (reasonCode >= ReasonCode.UnspecifiedError) giveUp(live, packetId)
  else if (flight.release) releaseLater(live, packetId, flight.release())
  else sendPubrel(live, packetId, ReasonCode.Success)
}

/** The client refused it: it is not sent again (4.3.3). */
const giveUp = (live: Live, packetId: number): void => {
  live.window.settle(packetId)
  live.moved()
}

const releaseLater = (live: Live, packetId: number, stored: Promise<void>): void => {
  const failed = (error: unknown) => bidFarewell(live.link, error)
  stored.then(() => sendPubrel(live, packetId, ReasonCode.Success), failed)
}

const sendPubrel = (live: Live, packetId: number, reasonCode: number): void => {
  live.link.send({ type: 'pubrel', packetId, reasonCode })
}
