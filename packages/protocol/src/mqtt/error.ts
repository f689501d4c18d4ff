import { ReasonCode } from './reason-codes.js'

/**
 * What bytes or a packet did that MQTT forbids. The only error that `Decoder` and `encode` throw.
 *
 * `reasonCode` is what the peer is told, in a DISCONNECT or a CONNACK of MQTT 5. For a CONNACK of MQTT 3.1.1,
 * `toReturnCode` gives the return code that fits, where there is one.
 */
export class MqttError extends Error {
  override readonly name = 'MqttError'

  constructor(
    readonly reasonCode: ReasonCode,
    message: string,
  ) {
    super(message)
  }
}

/** The packet can't be parsed according to the specification (MQTT 5, 1.2). */
export const malformed = (message: string): MqttError => new MqttError(ReasonCode.MalformedPacket, message)

/** The packet can be parsed, and holds what the protocol does not allow (MQTT 5, 1.2). */
export const protocolError = (message: string): MqttError => new MqttError(ReasonCode.ProtocolError, message)
