import { type AcknowledgementPacket, type Properties, type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { StorageError } from '../../kv/errors.js'
import { notNow } from '../../not-now.js'
import type { PublishOutcome } from '../exchange/port.js'
import type { Live } from '../session/live.js'

/** The answer to a publish, where one is due. What was refused is counted and logged; nothing is refused in silence. */
export const answerTo = (
  live: Live,
  packet: PublishPacket,
  outcome: PublishOutcome,
): AcknowledgementPacket | undefined => {
  if (outcome.reasonCode >= ReasonCode.UnspecifiedError) refuse(live, packet, outcome)
  if (packet.packetId === undefined) return undefined
  const type = packet.qos === 1 ? 'puback' : 'pubrec'
  if (live.version === 4) return { type, packetId: packet.packetId, reasonCode: ReasonCode.Success }
  return { type, packetId: packet.packetId, reasonCode: outcome.reasonCode, ...propertiesOf(outcome) }
}

/** Answers a publish that needs not wait for anything. */
export const answerNow = (live: Live, packet: PublishPacket, outcome: PublishOutcome): void => {
  const answer = answerTo(live, packet, outcome)
  if (answer) live.acknowledgements.answer(answer)
}

const refuse = (live: Live, packet: PublishPacket, outcome: PublishOutcome): void => {
  const { reason, passing, unanswered, inDoubt } = outcome
  live.services.counters.refused++
  logRefusal(live, packet, outcome)
  // Its packet identifier is free again (MQTT 5, 4.3.3); in 3.1.1 the exchange goes on as if it had been taken, unless
  // the client is to send it again.
  if ((live.version === 5 || passing) && packet.packetId !== undefined) live.session.received.delete(packet.packetId)
  if (packet.qos === 2) live.session.taking.delete(packet.packetId ?? 0)
  // MQTT 3.1.1 has no way to say no: the connection is closed, so that the client sends it again.
  if (passing) live.refuseWhatFollows()
  if (live.version === 4 && passing) live.link.end()
  // It is not to be taken for refused: sent again, with its id, it is the same message.
  if (live.version === 5 && inDoubt && packet.qos > 0) live.link.close(ReasonCode.ServerBusy, reason)
  if (packet.qos === 0 && unanswered !== undefined) live.link.close(unanswered, reason)
  if (isUntold(live, packet, outcome)) tell(live, packet, outcome)
}

/** Its sender has no answer that says so, and is not told by what happens to its connection either. */
const isUntold = ({ version }: Live, { qos }: PublishPacket, { passing, unanswered }: PublishOutcome): boolean => {
  if (version === 4) return qos === 0 || !passing
  return qos === 0 && unanswered === undefined
}

const tell = (live: Live, { topic, properties }: PublishPacket, outcome: PublishOutcome): void => {
  const id = properties?.userProperties?.find(([name]) => name === 'id')?.[1]
  const { reasonCode: code, reason = '' } = outcome
  live.tell({ type: 'publish-refused', code, reason, topic, ...(id !== undefined && { id }) })
}

/** The first of its kind on a connection: who is refused again and again is not to fill the log. */
const logRefusal = (live: Live, { topic }: PublishPacket, { reasonCode, reason }: PublishOutcome): void => {
  if (live.refusals.has(reasonCode)) return
  live.refusals.add(reasonCode)
  live.services.log.warn({ ...live.name, topic, reasonCode, reason }, 'Refused a publish')
}

const propertiesOf = ({ reason, userProperties }: PublishOutcome): { properties?: Properties } =>
  reason === undefined && !userProperties?.length
    ? {}
    : { properties: { ...(reason && { reasonString: reason }), ...(userProperties && { userProperties }) } }

/** The store refused: it may take the next one. */
export const notStored = (error: unknown): PublishOutcome => {
  const passing = notNow(error)
  return passing ? { ...passing, passing: true } : couldNotStore
}

/** It was stored, and may be gone before anybody was told. */
export const lostMeanwhile: PublishOutcome = notStored(
  new StorageError('away', 'What was stored may be lost', { inDoubt: true }),
)

const couldNotStore: PublishOutcome = {
  reasonCode: ReasonCode.QuotaExceeded,
  reason: 'The server could not store it; send it again later.',
  passing: true,
}
