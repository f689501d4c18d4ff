import { MqttError, type ReasonCode } from '@daakia/protocol/mqtt'

/** A limit was passed that the client was told of: that breaks the protocol, and is counted as the limit. */
export class LimitError extends MqttError {
  constructor(
    readonly limit: string,
    reasonCode: ReasonCode,
    message: string,
  ) {
    super(reasonCode, message)
  }
}
