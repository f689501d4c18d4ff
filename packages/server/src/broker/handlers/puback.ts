import type { AcknowledgementPacket } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** PUBACK (3.4): a QoS 1 message has arrived, or was refused; neither is sent again. */
export const handlePuback = (live: Live, { packetId }: AcknowledgementPacket): void => {
  live.window.settle(packetId)
  live.moved()
}
