/** Topic names and topic filters (MQTT 5, 4.7 and 4.8.2; MQTT 3.1.1, 4.7). */
import { MqttError } from './error.js'
import { utf8Length } from './utf8.js'

const longestTopicBytes = 0xffff

const hasWildcard = (text: string): boolean => text.includes('+') || text.includes('#')

/** What is wrong with any text that is to be a topic name or filter. */
const textProblem = (text: string): string | undefined => {
  if (text === '') return 'is empty [MQTT-4.7.3-1]'
  try {
    return utf8Length(text) > longestTopicBytes ? 'is longer than 65,535 bytes [MQTT-4.7.3-3]' : undefined
  } catch (error) {
    if (error instanceof MqttError) return `is not valid UTF-8 text: ${error.message}`
    throw error
  }
}

/** The same as `topicNameProblem` for a string that a packet holds: that it is one says all about its text. */
export const packetTopicProblem = (topic: string): string | undefined => {
  if (topic === '') return 'is empty [MQTT-4.7.3-1]'
  return hasWildcard(topic) ? 'contains a wildcard [MQTT-4.7.0-1]' : undefined
}

/** Why `topic` is no topic name, as the end of a sentence; `undefined` where it is one. */
export const topicNameProblem = (topic: string): string | undefined => packetTopicProblem(topic) ?? textProblem(topic)

/** Whether `topic` may be published to: not empty, no wildcard, no U+0000, at most 65,535 bytes. */
export const isTopicName = (topic: string): boolean => topicNameProblem(topic) === undefined

/**
 * Why `filter` is no topic filter, as the end of a sentence; `undefined` where it is one.
 * `$share/…` is looked at as any other filter: `parseShare` knows more.
 */
export const topicFilterProblem = (filter: string): string | undefined => wildcardProblem(filter) ?? textProblem(filter)

const wildcardProblem = (filter: string): string | undefined => {
  if (!hasWildcard(filter)) return undefined
  const levels = filter.split('/')
  if (levels.some((level) => level.includes('+') && level !== '+')) {
    return 'has a "+" that is not a whole level [MQTT-4.7.1-2]'
  }
  const hash = levels.findIndex((level) => level.includes('#'))
  if (hash >= 0 && (hash < levels.length - 1 || levels[hash] !== '#')) {
    return 'has a "#" that is not the whole last level [MQTT-4.7.1-1]'
  }
  return undefined
}

/** Whether `filter` may be subscribed to: wildcards stand for whole levels, `#` for the last one only. */
export const isTopicFilter = (filter: string): boolean => topicFilterProblem(filter) === undefined

/**
 * Whether a topic filter takes in a topic name; both have to be valid. A filter that begins with a wildcard does not
 * take in a topic that begins with `$` [MQTT-4.7.2-1].
 */
export const matches = (filter: string, topic: string): boolean => {
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  const levels = topic.split('/')
  const wanted = filter.split('/')
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true
    if (i >= levels.length || (wanted[i] !== '+' && wanted[i] !== levels[i])) return false
  }
  return wanted.length === levels.length
}

/** A shared subscription: the group that shares, and the filter that it shares. */
export interface Share {
  group: string
  filter: string
}

const sharePrefix = '$share/'

/** Whether `filter` asks for a shared subscription in MQTT 5. In 3.1.1 it is a filter like others. */
export const isShared = (filter: string): boolean => filter.startsWith(sharePrefix)

/**
 * Takes `$share/{group}/{filter}` apart (MQTT 5, 4.8.2). Answers `undefined` for a filter that is not shared, and
 * `'invalid'` where the group is empty or has a wildcard, or no valid filter follows [MQTT-4.8.2-1], [MQTT-4.8.2-2].
 */
export const parseShare = (filter: string): Share | 'invalid' | undefined => {
  if (!isShared(filter)) return undefined
  const end = filter.indexOf('/', sharePrefix.length)
  if (end < 0) return 'invalid'
  const share = { group: filter.slice(sharePrefix.length, end), filter: filter.slice(end + 1) }
  return isTopicName(share.group) && isTopicFilter(share.filter) ? share : 'invalid'
}
