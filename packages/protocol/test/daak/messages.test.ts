import {
  type Body,
  bodies,
  defaultType,
  encodePayload,
  isMessageType,
  type MessageType,
  readBody,
  readEncodedBody,
  writeBody,
  writeEncodedBody,
} from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes } from './support/arbitraries.js'

const encode = (text: string) => new TextEncoder().encode(text)
const decode = (payload: Uint8Array) => new TextDecoder().decode(payload)
const json = (type: string, value: unknown) => ({
  type,
  contentType: 'application/json',
  payload: encode(JSON.stringify(value)),
})

const examples: { [TType in MessageType]: Body<TType> } = {
  text: { text: 'Welcome.' },
  card: { title: 'Pizza', text: 'Hot', image: { url: 'https://x/y.png' }, buttons: [{ id: 'buy', label: 'Buy' }] },
  choices: { text: 'Which size?', choices: [{ label: 'small' }, { label: 'large', value: 'l' }] },
  form: { id: 'address', fields: [{ name: 'street', label: 'Street', kind: 'text', required: true }] },
  media: { url: 'https://x/y.png', mediaType: 'image/png', sizeBytes: 9, alt: 'A pizza' },
  location: { latitude: -33.8568, longitude: 151.2153, name: 'Opera House', accuracyMeters: 20 },
  contact: { emails: ['ana@example.com'] },
  action: { id: 'buy', label: 'Buy', seq: 3, value: { count: 2 } },
  edit: { seq: 3, text: 'Two.' },
  delete: { seq: 3 },
  reaction: { seq: 3, reaction: '👍' },
  event: { name: 'done', output: { size: 'large' } },
  member: { change: 'joined', clients: ['ben'] },
  handoff: { to: 'ben', reason: 'Needs a person' },
}

const misfits: { [TType in MessageType]: unknown } = {
  text: { text: 5 },
  card: { title: '' },
  choices: { text: 'Which size?', choices: [] },
  form: { id: 'address', fields: [{ name: 'street', label: 'Street', kind: 'colour' }] },
  media: { url: 'https://x/y.png', mediaType: 'image/png', sizeBytes: -1 },
  location: { latitude: 90.5, longitude: 0 },
  contact: { phones: [], emails: [] },
  action: { id: 'buy', seq: 0 },
  edit: { seq: 1.5, text: 'Two.' },
  delete: {},
  reaction: { seq: 3, reaction: '' },
  event: { output: 1 },
  member: { change: 'danced', clients: ['ben'] },
  handoff: {},
}

const types = Object.keys(bodies) as MessageType[]

describe('A body', () => {
  it.each(types)('of type %s is read as it was written', (type) => {
    const written = writeBody(type, examples[type])
    expect(readBody(written)).toEqual({ ok: true, type, body: examples[type] })
  })

  it.each(types)('of type %s keeps fields that nobody here knows', (type) => {
    const body = { ...examples[type], v: 1, mood: { good: true } }
    expect(readBody(json(type, body))).toEqual({ ok: true, type, body })
    expect(readBody(writeBody(type, body))).toEqual({ ok: true, type, body })
  })

  it.each(types)('that is no %s comes back as it came, marked', (type) => {
    const message = json(type, misfits[type])
    expect(readBody(message)).toEqual({ ...message, ok: false, reason: 'misfit', problem: expect.any(String) })
  })

  it.each(types)('that is no %s is not written', (type) => {
    expect(() => writeBody(type, misfits[type] as Body)).toThrow(TypeError)
  })

  it('of a newer version comes back as it came, and is not guessed at', () => {
    expect(readBody(json('text', { v: 2, text: 'x' }))).toMatchObject({ ok: false, reason: 'newer version' })
  })

  it('of a type that nobody here knows comes back as it came', () => {
    const message = json('hologram', { depth: 3 })
    expect(readBody(message)).toMatchObject({ ...message, ok: false, reason: 'unknown type' })
    expect(['toString', 'constructor', '__proto__'].some(isMessageType)).toBe(false)
  })

  it('whatever its bytes are, is read or comes back with the same bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom(undefined, 'text/plain', 'application/json'),
        bytes,
        (type, contentType, payload) => {
          const read = readBody({ type, contentType, payload })
          if (!read.ok) expect(read.payload).toBe(payload)
        },
      ),
    )
  })
})

describe('A message within JSON', () => {
  const contentTypes = [undefined, 'text/plain', 'Text/Plain; charset=utf-8', 'application/json', 'image/png']
  const payloads = fc.oneof(
    bytes,
    fc.constantFrom(...Object.values({ ...examples, ...misfits })).map((body) => encode(JSON.stringify(body))),
    fc.json().map(encode),
    fc.string({ unit: 'binary' }).map(encode),
  )

  it('reads as the message itself does, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 'data', ...types),
        fc.constantFrom(...contentTypes),
        payloads,
        (type, contentType, payload) => {
          const {
            payload: _,
            contentType: __,
            ...read
          } = { contentType, ...readBody({ type, contentType, payload }), payload }
          expect(readEncodedBody({ type, contentType, ...encodePayload(payload) })).toEqual(read)
        },
      ),
    )
  })

  it.each(types)('of type %s is written as the message itself is', (type) => {
    const { payload, ...written } = writeBody(type, examples[type])
    expect(writeEncodedBody(type, examples[type])).toEqual({ ...written, ...encodePayload(payload) })
    expect(() => writeEncodedBody(type, misfits[type] as never)).toThrow(TypeError)
  })
})

describe('Plain text', () => {
  it('comes with what is written as JSON, so that any MQTT client can show it', () => {
    expect(writeBody('choices', examples.choices).plain).toBe('Which size?\n1. small\n2. large')
    expect(writeBody('text', { text: 'Welcome.', format: 'markdown' }).plain).toBe('Welcome.')
  })

  it('does not come with what is plain text already, nor with what people are not shown', () => {
    expect(writeBody('text', examples.text)).not.toHaveProperty('plain')
    expect(writeBody('event', examples.event)).not.toHaveProperty('plain')
  })
})

describe('A text', () => {
  it('travels as plain text, so that any MQTT client shows it', () => {
    const written = writeBody('text', { text: 'Welcome.' })
    expect(written.contentType).toBe('text/plain')
    expect(decode(written.payload)).toBe('Welcome.')
  })

  it('travels as JSON where it has more to say', () => {
    const written = writeBody('text', { text: 'Welcome.', format: 'markdown' })
    expect(written.contentType).toBe('application/json')
  })

  it.each([undefined, 'text/plain', 'text/plain; charset=utf-8', 'Text/Plain'])(
    'is read from content type %s',
    (contentType) => {
      const payload = encode('two large')
      expect(readBody({ contentType, payload })).toEqual({ ok: true, type: 'text', body: { text: 'two large' } })
    },
  )

  it('that is not valid UTF-8 comes back as it came', () => {
    const payload = Uint8Array.of(0xff)
    expect(readBody({ payload })).toMatchObject({ ok: false, reason: 'misfit', type: 'text', payload })
  })

  it('in an encoding that is not built in comes back as it came', () => {
    const message = { type: 'text', contentType: 'text/html', payload: encode('<p>') }
    expect(readBody(message)).toMatchObject({ ...message, ok: false, reason: 'unknown encoding' })
  })
})

describe('A message without a type', () => {
  it('is a text, unless its content type is no kind of text', () => {
    expect([undefined, 'text/plain', 'text/html'].map(defaultType)).toEqual(['text', 'text', 'text'])
    expect(defaultType('image/png')).toBe('data')
  })
})

describe('JSON', () => {
  it('is what a body without a content type is, unless it is a text', () => {
    expect(readBody({ type: 'delete', payload: encode('{"seq":3}') })).toMatchObject({ ok: true, body: { seq: 3 } })
  })

  it('may be of a kind of its own', () => {
    const payload = encode('{"seq":3}')
    expect(readBody({ type: 'delete', contentType: 'application/x+json', payload })).toMatchObject({ ok: true })
    expect(readBody({ type: 'delete', contentType: 'text/plain', payload })).toMatchObject({
      reason: 'unknown encoding',
    })
  })

  it.each(['', '{', 'null', '[]', '3'])('of %j is no body', (text) => {
    expect(readBody({ type: 'delete', payload: encode(text) })).toMatchObject({ ok: false, reason: 'misfit' })
  })
})
