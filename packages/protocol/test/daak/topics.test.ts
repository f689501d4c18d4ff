import { type DaakTopic, escapeName, isDaak, parseDaakTopic, topics, unescapeName } from '@daakia/protocol'
import { isTopicName } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientId, connection } from './support/arbitraries.js'

const build = (topic: DaakTopic): string => {
  switch (topic.kind) {
    case 'to':
      return topics.to(topic.client)
    case 'from':
      return topics.from(topic.client)
    case 'messages':
      return topics.messages(topic.conversation)
    case 'signals':
      return topics.signals(topic.conversation)
    case 'receipts':
      return topics.receipts(topic.conversation)
    case 'roster':
      return topics.roster(topic.conversation)
    case 'state':
      return topics.state(topic.conversation, topic.bot)
    case 'presence':
      return topics.presence(topic.client)
    case 'notices':
      return topics.notices()
    case 'turns':
      return topics.turns(topic.conversation)
    case 'rpc':
      return topics.rpc(topic.service, topic.method)
    case 'services':
      return topics.services(topic.service)
    case 'replies':
      return topics.replies(topic.client, topic.connection)
  }
}

const constant = <TKind extends DaakTopic['kind']>(kind: TKind) => fc.constant(kind)

const topic: fc.Arbitrary<DaakTopic> = fc.oneof(
  fc.record({ kind: constant('to'), client: clientId }),
  fc.record({ kind: constant('from'), client: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('messages'), conversation: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('signals'), conversation: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('state'), conversation: fc.oneof(clientId, fc.constant('+')), bot: clientId }),
  fc.record({ kind: constant('presence'), client: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('receipts'), conversation: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('roster'), conversation: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('notices') }),
  fc.record({ kind: constant('turns'), conversation: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('rpc'), service: clientId, method: clientId }),
  fc.record({ kind: constant('services'), service: fc.oneof(clientId, fc.constant('+')) }),
  fc.record({ kind: constant('replies'), client: clientId, connection }),
)

describe('A topic of DAAK', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(topic, (made) => {
        expect(parseDaakTopic(build(made))).toEqual(made)
      }),
    )
  })

  it.each([
    ['daak/to/order-bot', { kind: 'to', client: 'order-bot' }],
    ['daak/conversations/+/messages', { kind: 'messages', conversation: '+' }],
    ['daak/conversations/+/signals', { kind: 'signals', conversation: '+' }],
    ['daak/conversations/ana~bot/state/bot', { kind: 'state', conversation: 'ana~bot', bot: 'bot' }],
    ['daak/rpc/turns/commit', { kind: 'rpc', service: 'turns', method: 'commit' }],
    ['daak/replies/ana/phone%2F1', { kind: 'replies', client: 'ana', connection: 'phone/1' }],
  ])('%s is known', (text, parsed) => expect(parseDaakTopic(text)).toEqual(parsed))

  it.each([
    'daak',
    'daak/',
    'daak/to',
    'daak/to/',
    'daak/to//',
    'daak/to/a/b',
    'daak/turns',
    'daak/turns/a/',
    'daak/presence',
    'daak/presence/a/b',
    'daak/notices/',
    'daak/notices/a',
    'daak/conversations/a',
    'daak/conversations//messages',
    'daak/conversations/a/messages/b',
    'daak/conversations/a/signals/b',
    'daak/conversations/a/messages/',
    'daak/conversations/a/state',
    'daak/conversations/a/state/',
    'daak/conversations/a/state/b/c',
    'daak/rpc/a',
    'daak/replies/a',
    'daak/replies/a/%zz',
    'daak/replies/a/%41',
    'daak/unknown/a',
    'Daak/to/a',
    'other/to/a',
    '/daak/to/a',
  ])('%s is none', (text) => expect(parseDaakTopic(text)).toBeUndefined())

  it('is told from plain MQTT by its first level', () => {
    expect(['daak', 'daak/x'].every(isDaak)).toBe(true)
    expect(['daakia/x', 'x/daak', '/daak', '#', '+/x', ''].some(isDaak)).toBe(false)
  })
})

describe('A name of a connection', () => {
  it('is one level of a topic when it is escaped, and comes back', () => {
    fc.assert(
      fc.property(connection, (name) => {
        const escaped = escapeName(name)
        expect(isTopicName(escaped) && !escaped.includes('/')).toBe(true)
        expect(unescapeName(escaped)).toBe(name)
      }),
    )
  })

  it('has one escaped form', () => {
    for (const other of ['%2f', '%41', '%', '%2', 'a/b', 'a+']) expect(unescapeName(other)).toBeUndefined()
  })
})
