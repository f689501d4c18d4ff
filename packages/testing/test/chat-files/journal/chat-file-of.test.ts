import { readEnvelope } from '@daakia/client-sdk/internal'
import { type Envelope, writeEncodedBody } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { chatFileOf } from '../../../src/chat-files/journal/chat-file-of.js'
import { parseChat } from '../../../src/chat-files/parse.js'

const noon = Date.UTC(2026, 0, 1, 12)

type Said = Partial<Envelope> & { from: string; text?: string; atMs: number }

const conversation = 'ana~bot'

const journalOf = (said: readonly Said[], of: { id?: string; members?: readonly string[] } = {}) => {
  const { id = conversation, members = ['ana', 'bot'] } = of
  const messages = said.map(({ text = '', atMs, ...rest }, index) =>
    readEnvelope(id, {
      ...writeEncodedBody('text', { text }),
      ...{ seq: index + 1, id: rest.from === 'bot' ? `${index}.0` : `id-${index}`, at: noon + 250 + atMs },
      ...rest,
    }),
  )
  const text = chatFileOf({ conversation: id, members, messages })
  parseChat(text, 'a.chat')
  return text.trimEnd().split('\n').slice(2)
}

const json = (body: unknown) => ({
  contentType: 'application/json',
  encoding: 'utf8' as const,
  payload: JSON.stringify(body),
})

describe('a chat file of what was said', () => {
  test('lets time pass before what a timer brought, an answer that waited, and who thought for long', () => {
    expect(
      journalOf([
        { from: 'ana', text: 'hi', atMs: 0 },
        { from: 'bot', id: '1.0', text: 'Hello.', atMs: 90 },
        { from: 'bot', id: '1.1', text: 'What?', atMs: 90 },
        { from: 'ana', text: 'wait', atMs: 9_000 },
        { from: 'bot', id: '2.0', text: 'Yes.', atMs: 9_200 },
        { from: 'bot', id: '3.0', text: 'Still there?', atMs: 609_230 },
        { from: 'ana', text: 'two', atMs: 700_000 },
        { from: 'bot', id: '4.0', text: 'Two.', atMs: 701_500 },
      ]),
    ).toEqual([
      'ana> hi',
      'bot< Hello.',
      'bot< What?',
      'ana> wait',
      'bot< Yes.',
      '@advance 10m 9s',
      'bot< Still there?',
      '@advance 1m 31s',
      'ana> two',
      '@advance 1.5s',
      'bot< Two.',
    ])
  })

  test('begins at the second of the first message, and names what is not there', () => {
    const message = readEnvelope(conversation, {
      ...writeEncodedBody('text', { text: 'hi' }),
      ...{ seq: 7, id: 'x', from: 'ana', at: noon + 999 },
    })
    expect(chatFileOf({ conversation, members: ['ana', 'bot'], messages: [message] })).toBe(
      '# ana~bot from message 7 on, for tests of bot.\n@begin 2026-01-01T12:00:00Z\nana> hi\n',
    )
    expect(chatFileOf({ conversation, members: ['ana', 'bot'], messages: [] })).toBe('# Nothing was said in ana~bot.\n')
  })

  test('says in a comment what a file can not say', () => {
    const voice = { type: 'voice', contentType: 'audio/ogg', encoding: 'base64' as const, payload: 'AQID' }
    expect(
      journalOf([
        { from: 'ana', atMs: 0, ...voice },
        { from: 'ana', text: 'hallo', atMs: 0, properties: [['locale', 'de-AT']] },
        { from: 'ana', type: 'poll', atMs: 0, ...json(['a', 'b']) },
        { from: 'ana', type: 'location', atMs: 0, ...json({ latitude: 1 }) },
        { from: 'bot', type: 'event', atMs: 0, ...json({ name: 'done' }) },
        { from: 'ana', type: 'member', atMs: 0, ...json({ change: 'left', clients: ['ana'] }) },
      ]),
    ).toEqual([
      '# Not to be said here: ana sends voice, 3 bytes of audio/ogg.',
      '# Not to be said here: ana says this with locale=de-AT.',
      'ana> hallo',
      'ana sends poll ["a","b"]',
      'ana sends location {"latitude":1}',
      expect.stringMatching(/^# Not to be done here: .*ana/),
    ])
  })

  test('of a room names its members, and what each of them hears', () => {
    const of = { id: 'team', members: ['ana', 'ben', 'bot'] }
    const said = [
      { from: 'ana', text: 'hi', atMs: 0 },
      { from: 'bot', id: '1.0', text: 'Hello.', atMs: 0 },
      { from: 'ben', text: 'me too', atMs: 0 },
    ]
    expect(journalOf(said, of)).toEqual([
      '@room team ana, ben, bot',
      'ana in team> hi',
      'ana to ben< hi',
      'bot< Hello.',
      'bot to ben< Hello.',
      'ben in team> me too',
      'ben to ana< me too',
    ])
  })
})
