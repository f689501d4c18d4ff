import type { PacketLimits } from '../limits/port.js'
import type { BrokerLimits } from './limits.js'
import { levelsOf } from './topic-levels.js'

/** Why a topic or a filter is not taken. */
export interface TopicProblem {
  limit: 'topicLevels' | 'topicBytes'
  reason: string
}

/** What is too long or too deep about a topic or a filter; `own`: what differs for its vendor. */
export const topicProblemOf = (
  topic: string,
  limits: BrokerLimits,
  own: Partial<PacketLimits>,
): TopicProblem | undefined => {
  const { topicLevels = limits.topicLevels, topicBytes = limits.topicBytes } = own
  if (isLonger(topic, topicBytes))
    return { limit: 'topicBytes', reason: `A topic or filter has at most ${topicBytes} bytes.` }
  if (topic.length >= topicLevels && levelsOf(topic) > topicLevels)
    return { limit: 'topicLevels', reason: `A topic or filter has at most ${topicLevels} levels.` }
  return undefined
}

/** A UTF-16 unit takes one to three bytes in UTF-8: mostly its length alone tells. */
const isLonger = (topic: string, bytes: number): boolean =>
  topic.length > bytes || (topic.length * 3 > bytes && Buffer.byteLength(topic) > bytes)
