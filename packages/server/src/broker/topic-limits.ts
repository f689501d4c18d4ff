import type { BrokerLimits } from './limits.js'
import { levelsOf } from './topic-levels.js'

/** Why a topic or a filter is not taken. */
export interface TopicProblem {
  limit: 'topicLevels' | 'topicBytes'
  reason: string
}

/** What is too long or too deep about a topic or a filter. */
export const topicProblemOf = (topic: string, { topicLevels, topicBytes }: BrokerLimits): TopicProblem | undefined => {
  if (isLonger(topic, topicBytes))
    return { limit: 'topicBytes', reason: `A topic or filter has at most ${topicBytes} bytes.` }
  if (topic.length >= topicLevels && levelsOf(topic) > topicLevels)
    return { limit: 'topicLevels', reason: `A topic or filter has at most ${topicLevels} levels.` }
  return undefined
}

/** A UTF-16 unit takes one to three bytes in UTF-8: mostly its length alone tells. */
const isLonger = (topic: string, bytes: number): boolean =>
  topic.length > bytes || (topic.length * 3 > bytes && Buffer.byteLength(topic) > bytes)
