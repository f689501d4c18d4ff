import { MqttError, ReasonCode } from '@daakia/protocol/mqtt'

/** AUTH (3.15): only after an authentication method was agreed on in CONNECT [MQTT-4.12.0-6]. */
export const handleAuth = (): never => {
  throw new MqttError(ReasonCode.ProtocolError, 'No authentication method was given in CONNECT')
}
