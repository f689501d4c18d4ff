import { Envelope, encodePayload, type OpenEnvelope, payloadOf, toEnvelope, Utterance } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes } from './support/arbitraries.js'

const message: OpenEnvelope = {
  seq: 1,
  id: 'one',
  from: 'ana',
  at: 1_700_000_000_000,
  type: 'text',
  payload: new TextEncoder().encode('Grüße'),
}

describe('An envelope', () => {
  it('carries text as text', () => {
    expect(toEnvelope(message)).toStrictEqual({ ...message, payload: 'Grüße', encoding: 'utf8' })
  })

  it('carries what is no text as base 64', () => {
    const picture = { ...message, type: 'media', payload: Uint8Array.of(0xff, 0xd8) }
    expect(toEnvelope(picture)).toStrictEqual({ ...picture, payload: '/9g=', encoding: 'base64' })
  })

  it('keeps what the sender added, and leaves out what is not there', () => {
    const full = {
      ...message,
      contentType: 'text/plain',
      replyTo: 'zero',
      to: 'bot',
      traceparent: '00-x',
      plain: 'Greetings',
      properties: [['a', '1'] as const, ['a', '2'] as const],
    }
    expect(toEnvelope(full)).toStrictEqual({ ...full, payload: 'Grüße', encoding: 'utf8' })
    expect(toEnvelope({ ...message, replyTo: undefined })).not.toHaveProperty('replyTo')
    expect(toEnvelope({ ...message, vendor: 'dev' } as OpenEnvelope)).not.toHaveProperty('vendor')
  })

  it('survives JSON with every byte of its payload, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.constant(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))), (payload) => {
        const read = Envelope.parse(JSON.parse(JSON.stringify(toEnvelope({ ...message, payload }))))
        expect(payloadOf(read)).toEqual(payload)
      }),
    )
  })

  it('is refused where its payload is not the base 64 that it says', () => {
    const bad = { ...toEnvelope(message), payload: 'no!', encoding: 'base64' as const }
    expect(Envelope.safeParse(bad).error?.issues).toMatchObject([{ path: ['payload'] }])
    expect(() => payloadOf(bad)).toThrow(TypeError)
  })
})

describe('What a bot says in a turn', () => {
  it('has its payload in the same way', () => {
    const said = { type: 'media', ...encodePayload(Uint8Array.of(0xff)) }
    expect(payloadOf(Utterance.parse(said))).toEqual(Uint8Array.of(0xff))
    expect(Utterance.safeParse({ ...said, payload: '*' }).success).toBe(false)
  })
})
