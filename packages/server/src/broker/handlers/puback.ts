import { type AcknowledgementPacket, MqttError, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** PUBACK (3.4): a QoS 1 message has arrived, or was refused; neither is sent again. */
export const handlePuback = (live: Live, { packetId }: AcknowledgementPacket): void => {
  if (live.window.get(packetId)?.qos === 2)
    throw new MqttError(ReasonCode.ProtocolError, 'A PUBACK for a QoS 2 message [MQTT-4.3.3-4]')
  live.window.settle(packetId)
  live.moved()
}
