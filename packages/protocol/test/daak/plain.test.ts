import { type Body, fitPlain, isPlain, type MessageType, plainTextOf, readPlain, writePlain } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const sizes = [{ label: 'small' }, { label: 'large', value: 'l' }]
const forms: { [TType in MessageType]: readonly [Body<TType>, string | undefined][] } = {
  text: [[{ text: 'Two,\nplease.' }, 'Two,\nplease.']],
  card: [
    [{ title: 'Pizza' }, 'Pizza'],
    [
      {
        title: 'Pizza',
        text: 'Very good.',
        image: { url: 'https://x.example/a.png', alt: 'A round pizza' },
        buttons: [
          { id: 'buy', label: 'Buy' },
          { id: 'more', label: 'More', url: 'https://x.example' },
        ],
      },
      'Pizza\nVery good.\nA round pizza\n1. Buy\n2. More https://x.example',
    ],
  ],
  choices: [[{ text: 'Which size?', choices: sizes }, 'Which size?\n1. small\n2. large']],
  form: [
    [
      {
        id: 'order',
        title: 'Your order',
        text: 'Nearly done.',
        fields: [
          { name: 'street', label: 'Street', kind: 'text' },
          { name: 'size', label: 'Size', kind: 'choice', choices: sizes },
        ],
      },
      'Your order\nNearly done.\nStreet\nSize: small, large',
    ],
  ],
  media: [
    [{ url: 'https://x.example/a.png', mediaType: 'image/png' }, 'https://x.example/a.png'],
    [{ url: 'https://x.example/a', mediaType: 'image/png', name: 'a.png' }, 'a.png https://x.example/a'],
    [
      { url: 'https://x.example/a', mediaType: 'image/png', name: 'a.png', alt: 'A pizza' },
      'A pizza https://x.example/a',
    ],
  ],
  location: [
    [{ latitude: 52.5, longitude: -13.25 }, 'geo:52.5,-13.25'],
    [{ latitude: 0.0000001, longitude: -0.00000001 }, 'geo:0.0000001,0'],
    [{ latitude: 52, longitude: 100, name: 'Depot', accuracyMeters: 12.5 }, 'Depot geo:52,100;u=12.5'],
  ],
  contact: [
    [{ name: 'Ana' }, 'Ana'],
    [{ name: 'Ana', emails: ['ana@example.com'], phones: ['+1 555 0100'] }, 'Ana, ana@example.com, +1 555 0100'],
  ],
  action: [
    [{ id: 'buy', seq: 3 }, 'buy'],
    [{ id: 'buy', label: 'Buy' }, 'Buy'],
  ],
  edit: [[{ seq: 2, text: 'three' }, '* three']],
  delete: [[{ seq: 2 }, '[took back #2]']],
  reaction: [
    [{ seq: 2, reaction: '👍' }, '[👍 for #2]'],
    [{ seq: 2, reaction: '👍', removed: true }, '[took back 👍 for #2]'],
  ],
  event: [[{ name: 'done' }, undefined]],
  member: [[{ change: 'joined', clients: ['bob', 'cem'] }, '[bob, cem joined]']],
  handoff: [
    [{ to: 'bob' }, '[handed over to bob]'],
    [{ to: 'bob', reason: 'too hard' }, '[handed over to bob: too hard]'],
    [{ to: 'bob', back: true }, '[handed back to bob]'],
  ],
}
const cases = Object.entries(forms).flatMap(([type, all]) => all.map(([body, text]) => [type, body, text] as const))

describe('The plain text', () => {
  it.each(cases)('of %s %j is %j', (type, body, text) => {
    expect(plainTextOf(type as MessageType, body as Body)).toBe(text)
  })
})

const bytesIn = (text: string) => new TextEncoder().encode(text).length
/** Any UTF-16 units, control characters and lone surrogates among them. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
const longText = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.integer({ min: 4_000, max: 30_000 }))
  .map(([text, times]) => text.repeat(times))

describe('Plain text that travels as a user property', () => {
  it('comes back as it was, whatever it was made of', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const fit = fitPlain(text)
        expect(isPlain(fit)).toBe(true)
        expect(readPlain(writePlain(fit))).toBe(fit)
        expect(fitPlain(fit)).toBe(fit)
      }),
    )
  })

  it('has no character there over which a client may close the connection: a line ends with U+2028', () => {
    expect(writePlain(fitPlain('one\r\ntwo\tthree\u0007\u009b\ufffe\ud800.\rfour'))).toBe(
      'one\u2028two three.\u2028four',
    )
  })

  it('is cut between two characters where it is longer than a string of MQTT', () => {
    expect(fitPlain(`${'a'.repeat(65_535)}`)).toHaveLength(65_535)
    expect(fitPlain('a'.repeat(65_536))).toBe(`${'a'.repeat(65_532)}…`)
    expect(fitPlain(`ab${'😀'.repeat(20_000)}`)).toBe(`ab${'😀'.repeat(16_382)}…`)
    fc.assert(
      fc.property(longText, (text) => {
        const value = writePlain(fitPlain(text))
        expect(bytesIn(value)).toBeLessThanOrEqual(65_535)
        expect(isPlain(text)).toBe(fitPlain(text) === text)
      }),
      { numRuns: 20 },
    )
  })

  it.each(['a\tb', 'a\u0000', '\u009b', '\ud800', '\uffff', '\ufdd0', 'a'.repeat(65_536), '\n'.repeat(21_846)])(
    'is not %j',
    (text) => expect(isPlain(text)).toBe(false),
  )
})
