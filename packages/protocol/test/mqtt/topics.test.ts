import {
  isShared,
  isTopicFilter,
  isTopicName,
  matches,
  parseShare,
  topicFilterProblem,
  topicNameProblem,
} from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const tooLong = 'é'.repeat(32_768)

describe('A topic name', () => {
  it.each(['a', '/', 'a/b', '//', 'a b', '$SYS/x', 'é', '\u{feff}', '😀', 'a'.repeat(65_535)])('may be %j', (topic) => {
    expect(isTopicName(topic)).toBe(true)
    expect(topicNameProblem(topic)).toBeUndefined()
  })

  it.each([
    ['', 'is empty [MQTT-4.7.3-1]'],
    ['a/+', 'contains a wildcard [MQTT-4.7.0-1]'],
    ['a#', 'contains a wildcard [MQTT-4.7.0-1]'],
    ['a\0', 'is not valid UTF-8 text: A string contains U+0000 [MQTT-1.5.4-2]'],
    ['\ud800', 'is not valid UTF-8 text: A string contains a lone surrogate [MQTT-1.5.4-1]'],
    ['\udc00a', 'is not valid UTF-8 text: A string contains a lone surrogate [MQTT-1.5.4-1]'],
    [tooLong, 'is longer than 65,535 bytes [MQTT-4.7.3-3]'],
  ])('may not be %j', (topic, problem) => {
    expect(isTopicName(topic)).toBe(false)
    expect(topicNameProblem(topic)).toBe(problem)
  })
})

describe('A topic filter', () => {
  it.each(['#', '+', '/#', 'a/#', '+/+', '+/a/#', '/+', '$SYS/#', 'a//+', '$share/g/a'])('may be %j', (filter) => {
    expect(isTopicFilter(filter)).toBe(true)
    expect(topicFilterProblem(filter)).toBeUndefined()
  })

  it.each([
    ['', 'is empty [MQTT-4.7.3-1]'],
    ['a#', 'has a "#" that is not the whole last level [MQTT-4.7.1-1]'],
    ['#/a', 'has a "#" that is not the whole last level [MQTT-4.7.1-1]'],
    ['a/#/b', 'has a "#" that is not the whole last level [MQTT-4.7.1-1]'],
    ['##', 'has a "#" that is not the whole last level [MQTT-4.7.1-1]'],
    ['a+', 'has a "+" that is not a whole level [MQTT-4.7.1-2]'],
    ['a/+b/c', 'has a "+" that is not a whole level [MQTT-4.7.1-2]'],
    ['+#', 'has a "+" that is not a whole level [MQTT-4.7.1-2]'],
    ['+/\0', 'is not valid UTF-8 text: A string contains U+0000 [MQTT-1.5.4-2]'],
    [`${tooLong}/#`, 'is longer than 65,535 bytes [MQTT-4.7.3-3]'],
  ])('may not be %j', (filter, problem) => {
    expect(isTopicFilter(filter)).toBe(false)
    expect(topicFilterProblem(filter)).toBe(problem)
  })
})

/** What 4.7 says, word for word: each level by itself, `#` for any number of levels, its parent included. */
const oracle = (filter: readonly string[], topic: readonly string[]): boolean => {
  const [wanted, ...filterRest] = filter
  const [level, ...topicRest] = topic
  if (wanted === undefined) return level === undefined
  if (wanted === '#') return true
  if (level === undefined) return false
  return (wanted === '+' || wanted === level) && oracle(filterRest, topicRest)
}

describe('Matching', () => {
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1'],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon'],
    ['sport/#', 'sport'],
    ['#', 'a/b'],
    ['sport/tennis/+', 'sport/tennis/player1'],
    ['sport/+', 'sport/'],
    ['+/+', '/finance'],
    ['/+', '/finance'],
    ['$SYS/#', '$SYS/monitor/Clients'],
    ['$SYS/monitor/+', '$SYS/monitor/Clients'],
    ['+/$x', 'a/$x'],
  ])('%s takes in %s', (filter, topic) => expect(matches(filter, topic)).toBe(true))

  it.each([
    ['sport/tennis/+', 'sport/tennis/player1/ranking'],
    ['sport/+', 'sport'],
    ['+', '/finance'],
    ['a', 'A'],
    ['a/', 'a'],
    ['#', '$SYS/monitor/Clients'],
    ['+/monitor/Clients', '$SYS/monitor/Clients'],
    ['+', '$x'],
  ])('%s does not take in %s', (filter, topic) => expect(matches(filter, topic)).toBe(false))

  it('agrees with the specification on any filter and topic', () => {
    const level = fc.constantFrom('', 'a', 'b', '$')
    const topic = fc.array(level, { minLength: 1, maxLength: 5 })
    const ending = fc.constantFrom<string[]>([], ['#'])
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 5 }), ending)
      .map(([levels, end]) => [...levels, ...end])
      .filter((levels) => levels.length > 0)
    fc.assert(
      fc.property(filter, topic, (wanted, levels) => {
        const hidden = levels[0]?.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')
        expect(matches(wanted.join('/'), levels.join('/'))).toBe(!hidden && oracle(wanted, levels))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('A shared subscription', () => {
  it('has a group and a filter', () => {
    expect(parseShare('$share/group/a/+/#')).toEqual({ group: 'group', filter: 'a/+/#' })
    expect(parseShare('$share/group//')).toEqual({ group: 'group', filter: '/' })
    expect(isShared('$share/group/a')).toBe(true)
  })

  it.each(['a', '$shared/g/a', '$share', 'share/g/a'])('is not asked for by %s', (filter) => {
    expect(parseShare(filter)).toBeUndefined()
    expect(isShared(filter)).toBe(false)
  })

  it.each([
    '$share/',
    '$share/group',
    '$share/group/',
    '$share//a',
    '$share/+/a',
    '$share/a#/a',
    '$share/group/a#',
    '$share/group/#/a',
  ])('is not valid as %s', (filter) => expect(parseShare(filter)).toBe('invalid'))
})
