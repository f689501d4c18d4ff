import { plainTextOf, readBody, writeBody } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { transcriptOf } from '../../src/chat/transcript.js'

const message = (type: string, payload: Uint8Array, from = 'order-bot', contentType?: string) => {
  const raw = { type, payload, ...(contentType && { contentType }) }
  const content = readBody(raw)
  const plain = content.ok ? plainTextOf(content.type, content.body) : undefined
  const known = { ...raw, content, ...(plain !== undefined && { plain }) }
  return { conversation: 'ana~order-bot', id: '1', from, properties: [], ...known }
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

  test('writes what is no text as its plain text, a line of a list below the other', () => {
    const choices = [{ label: 'small' }, { label: 'large' }]
    expect(of('choices', { text: 'Which size?', choices })).toBe(
      ['order-bot< Which size?', '           1. small', '           2. large', ''].join('\n'),
    )
    expect(of('edit', { seq: 2, text: 'three' })).toBe('order-bot< * three\n')
  })

  test('writes what its sender gave as plain text of a type that is not known', () => {
    const sonar = { ...message('sonar', new Uint8Array(5)), plain: 'A whale.' }
    expect(transcriptOf(sonar, 'ana')).toBe('order-bot< A whale.\n')
  })

  test('writes a text as it is, whatever its sender gave as its plain text', () => {
    const spoken = { ...said('*Two* pizzas.'), text: '*Two* pizzas.', plain: 'Two pizzas.' }
    expect(transcriptOf(spoken, 'ana')).toBe('order-bot< *Two* pizzas.\n')
  })

  test('says of what it cannot read how much it is', () => {
    expect(transcriptOf(message('sonar', new Uint8Array(5)), 'ana')).toBe('order-bot< [sonar, 5 bytes]\n')
  })
})
