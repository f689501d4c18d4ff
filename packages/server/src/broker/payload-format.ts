import { isUtf8 } from 'node:buffer'
import type { PublishPacket, Will } from '@daakia/protocol/mqtt'

/** Whether a payload is text where it says so (MQTT 5, 3.3.2.3.2 and 3.1.3.2.3). */
export const isOfItsFormat = ({ payload, properties }: Pick<PublishPacket | Will, 'payload' | 'properties'>): boolean =>
  properties === undefined || properties.payloadFormatIndicator !== 1 || isUtf8(payload)

export const notOfItsFormat = 'The Payload Format Indicator says UTF-8, and the payload is none.'
