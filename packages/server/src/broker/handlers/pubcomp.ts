import type { AcknowledgementPacket } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** PUBCOMP (3.7): the end of a QoS 2 message. */
export const handlePubcomp = (live: Live, { packetId }: AcknowledgementPacket): void => {
  live.window.settle(packetId)
  live.moved()
}
