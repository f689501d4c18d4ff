import { type AcknowledgementPacket, MqttError, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** PUBCOMP (3.7): the end of a QoS 2 message. */
export const handlePubcomp = (live: Live, { packetId }: AcknowledgementPacket): void => {
  if (live.window.get(packetId)?.qos === 1)
    throw new MqttError(ReasonCode.ProtocolError, 'A PUBCOMP for a QoS 1 message [MQTT-4.3.2-3]')
  live.window.settle(packetId)
  live.moved()
}
