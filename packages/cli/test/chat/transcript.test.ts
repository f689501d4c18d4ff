import { readBody, writeBody } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { transcriptOf } from '../../src/chat/transcript.js'

const message = (type: string, payload: Uint8Array, from = 'order-bot', contentType?: string) => {
  const raw = { type, payload, ...(contentType && { contentType }) }
  return { conversation: 'ana~order-bot', id: '1', from, properties: [], ...raw, content: readBody(raw) }
}
const said = (text: string, from?: string) => message('text', new TextEncoder().encode(text), from)
const of = (...[type, body]: Parameters<typeof writeBody>) => {
  const { payload, contentType } = writeBody(type, body)
  return transcriptOf(message(type, payload, 'order-bot', contentType), 'ana')
}

describe('a transcript', () => {
  test('tells what I said from what others did', () => {
    expect(transcriptOf(said('hi', 'ana'), 'ana')).toBe('ana> hi\n')
    expect(transcriptOf(said('Welcome.'), 'ana')).toBe('order-bot< Welcome.\n')
  })

  test('indents the further lines of a text as far as the first', () => {
    expect(transcriptOf(said('Two pizzas.\r\nTo 12 Hill Road.\n'), 'ana')).toBe(
      'order-bot< Two pizzas.\n           To 12 Hill Road.\n',
    )
  })

  test('keeps out what a terminal would take for a command', () => {
    expect(transcriptOf(said('\x1b[2Jred\x07 \u009b31m'), 'ana')).toBe('order-bot< [2Jred 31m\n')
  })

  test('does not show events, which are for programs', () => {
    expect(of('event', { name: 'done' })).toBeUndefined()
  })

  test.each([
    [
      'choices',
      { text: 'Which size?', choices: [{ label: 'small' }, { label: 'large' }] },
      'Which size? [small | large]',
    ],
    [
      'card',
      { title: 'Pizza', text: 'Very\ngood.', buttons: [{ id: 'buy', label: 'Buy' }] },
      'Pizza: Very good. [Buy]',
    ],
    ['form', { id: 'f', title: 'You', fields: [{ name: 'n', label: 'Name', kind: 'text' }] }, 'You [Name]'],
    [
      'media',
      { url: 'https://x.example/a.png', mediaType: 'image/png', name: 'a.png' },
      '[image/png] a.png https://x.example/a.png',
    ],
    ['action', { id: 'buy' }, '[pressed buy]'],
    ['edit', { seq: 2, text: 'three' }, '[instead of #2] three'],
    ['delete', { seq: 2 }, '[took back #2]'],
    ['reaction', { seq: 2, reaction: '👍' }, '[👍 for #2]'],
    ['reaction', { seq: 2, reaction: '👍', removed: true }, '[took back 👍 for #2]'],
    ['member', { change: 'joined', clients: ['bob', 'cem'] }, '[bob, cem joined]'],
    ['handoff', { to: 'bob', reason: 'too hard' }, '[handed over to bob: too hard]'],
  ] as const)('writes a %s in one line', (type, body, line) => {
    expect(of(type, body as never)).toBe(`order-bot< ${line}\n`)
  })

  test('says of what it cannot read how much it is', () => {
    expect(transcriptOf(message('sonar', new Uint8Array(5)), 'ana')).toBe('order-bot< [sonar, 5 bytes]\n')
  })
})
