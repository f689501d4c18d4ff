import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { PublishOutcome } from '../exchange/port.js'
import type { Live } from '../session/live.js'
import { answerTo, notStored } from './outcome.js'
import { publishInTurn, takeAgain, takeOnce } from './take-once.js'

/** A publish under `daak/`. The exchange is asked in the order of arrival, and many may wait for it at once. */
export const publishToExchange = (live: Live, packet: PublishPacket): void => {
  const pending = live.acknowledgements.reserve(packet.payload.length)
  const settle = (outcome: PublishOutcome) => pending.settle(answerTo(live, packet, outcome))
  take(live, packet).then(settle, (error: unknown) => settle(notStored(error)))
}

const take = (live: Live, packet: PublishPacket): Promise<PublishOutcome> => {
  const { qos, packetId } = packet
  const { taking } = live.session
  if (qos === 2 && packetId !== undefined && live.persistent)
    return taking.has(packetId) ? takeOnce(live, packet, packetId) : takeAgain(live, packet, packetId)
  taking.delete(packetId ?? 0)
  return publishInTurn(live, packet)
}
