import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { messageBytes } from '../../limits/message-bytes.js'
import type { Excess } from '../../limits/port.js'
import { countExcess, countLimit } from '../../limits/refuse.js'
import type { PublishOutcome } from '../exchange/port.js'
import { isOfItsFormat, notOfItsFormat } from '../payload-format.js'
import { tooManyProperties } from '../property-limits.js'
import type { Live } from '../session/live.js'
import { topicProblemOf } from '../topic-limits.js'

/** Why a publish is not taken, whatever it is about: it is too large in some way, or one too many. */
export const publishProblemOf = (live: Live, packet: PublishPacket): PublishOutcome | undefined =>
  formatProblemOf(packet) ??
  propertiesProblemOf(live, packet) ??
  topicRefusalOf(live, packet) ??
  (live.services.accounts.metered ? rateProblemOf(live, packet) : undefined)

const formatProblemOf = (packet: PublishPacket): PublishOutcome | undefined =>
  isOfItsFormat(packet) ? undefined : wrongFormat

const wrongFormat: PublishOutcome = {
  reasonCode: ReasonCode.PayloadFormatInvalid,
  reason: notOfItsFormat,
  unanswered: ReasonCode.PayloadFormatInvalid,
}

const propertiesProblemOf = (
  { services, session }: Live,
  { properties }: PublishPacket,
): PublishOutcome | undefined => {
  const refusal = properties && tooManyProperties(services, properties, session.account.packetLimits)
  return refusal && { ...refusal, unanswered: refusal.reasonCode }
}

const topicRefusalOf = ({ services, session }: Live, { topic }: PublishPacket): PublishOutcome | undefined => {
  const problem = topicProblemOf(topic, services.limits, session.account.packetLimits)
  if (!problem) return undefined
  countLimit(services.counters, 'connection', problem.limit)
  return { reasonCode: ReasonCode.TopicNameInvalid, reason: problem.reason, unanswered: ReasonCode.TopicNameInvalid }
}

const rateProblemOf = ({ session, services }: Live, packet: PublishPacket): PublishOutcome | undefined => {
  const excess = session.account.spend('publishes', 1) ?? session.account.spend('publishedBytes', messageBytes(packet))
  if (!excess) return undefined
  countExcess(services.counters, excess)
  return overQuota(excess, ReasonCode.MessageRateTooHigh)
}

/** It may be sent again, when there is room. */
export const overQuota = ({ reason }: Excess, unanswered: number = ReasonCode.QuotaExceeded): PublishOutcome => ({
  reasonCode: ReasonCode.QuotaExceeded,
  reason,
  passing: true,
  unanswered,
})
