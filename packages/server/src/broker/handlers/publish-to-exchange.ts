import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { PublishOutcome } from '../exchange/port.js'
import type { Live } from '../session/live.js'
import { answerTo, notStored } from './outcome.js'

/** A publish under `daak/`. The exchange is asked in the order of arrival, and many may wait for it at once. */
export const publishToExchange = (live: Live, packet: PublishPacket): void => {
  const pending = live.acknowledgements.reserve()
  const settle = (outcome: PublishOutcome) => pending.settle(answerTo(live, packet, outcome))
  take(live, packet).then(settle, (error: unknown) => settle(notStored(error)))
}

const take = async (live: Live, packet: PublishPacket): Promise<PublishOutcome> => {
  const { exchange, sessions } = live.services
  const outcome = await exchange.publish(live, packet)
  if (packet.qos === 2) live.session.taking.delete(packet.packetId ?? 0)
  // What was taken is not taken again after a restart. Where the server dies between the two, the message's id tells.
  if (packet.qos === 2 && live.persistent && outcome.reasonCode < 0x80) await sessions.save(live.session.record())
  return outcome
}
