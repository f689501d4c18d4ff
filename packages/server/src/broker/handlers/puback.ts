import { type AcknowledgementPacket, MqttError, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import type { Refused } from '../exchange/port.js'
import type { Live } from '../session/live.js'

/** PUBACK (3.4): a QoS 1 message has arrived, or was refused; neither is sent again to this connection. */
export const handlePuback = (live: Live, { packetId, reasonCode, properties }: AcknowledgementPacket): void => {
  if (live.window.get(packetId)?.qos === 2)
    throw new MqttError(ReasonCode.ProtocolError, 'A PUBACK for a QoS 2 message [MQTT-4.3.3-4]')
  live.window.settle(
    packetId,
    reasonCode >= ReasonCode.UnspecifiedError ? refusedWith(reasonCode, properties) : undefined,
  )
  live.moved()
}

const refusedWith = (reasonCode: number, { reasonString }: Properties = {}): Refused => ({
  reasonCode,
  ...(reasonString !== undefined && { reason: reasonString }),
})
