import { answerOf, attachment, contact, location, type Schema } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { around, inLocale, valueIn, withBody } from '../../support/answers.js'

const readBody = <TOutput>(schema: Schema<TOutput>, type: string, body: unknown) =>
  answerOf(schema).read(withBody(type, body), around)

describe('an email address', () => {
  test.each([
    ['ana@example.com', 'ana@example.com'],
    ['It is ana@example.com.', 'ana@example.com'],
    ['<ana.b+c@mail.example.com>', 'ana.b+c@mail.example.com'],
    ['mailto:ana@example.com', 'ana@example.com'],
    ['ana@example.com or ben@example.com', undefined],
    ['ana@', undefined],
    ['', undefined],
  ])('in "%s" is %s', (text, value) => {
    expect(valueIn(z.email(), text)).toBe(value)
    expect(valueIn(z.string().email(), text)).toBe(value)
  })
})

describe('a phone number', () => {
  test.each([
    ['+43 660 1234567', 'en', '+436601234567'],
    ['0043 660 1234567', 'en', '+436601234567'],
    ['0660 1234567', 'de-AT', '+436601234567'],
    ['call me at (202) 555-0123, please', 'en-US', '+12025550123'],
    ['0660 1234567', 'de', undefined],
    ['+43 660 1234567 or +43 660 1234568', 'en', undefined],
    ['12', 'en-US', undefined],
  ])('in "%s" (%s) is %s', (text, locale, value) => {
    expect(valueIn(z.e164(), text, { locale })).toBe(value)
  })

  test('needs its country code where nobody knows the country', () => {
    const expected = (locale: string) => answerOf(z.e164()).expected(inLocale(locale))
    expect([expected('en'), expected('en-US')]).toEqual([
      'a phone number with its country code, such as +44',
      'a phone number',
    ])
  })
})

describe('a contact', () => {
  test.each([
    ['ana@example.com', 'ana@example.com'],
    ['call +43 660 1234567', '+436601234567'],
    ['ana@example.com, or +43 660 1234567', undefined],
    ['at home', undefined],
  ])('in "%s" is %s', (text, value) => {
    expect(valueIn(contact(), text)).toBe(value)
  })

  test('is taken from a contact that is shared', () => {
    expect(readBody(contact(), 'contact', { name: 'Ana', phones: ['+43 660 1234567'] })).toEqual({
      ok: true,
      value: '+436601234567',
    })
    expect(readBody(contact(), 'contact', { name: 'Ana' })).toEqual({ ok: false })
  })
})

describe('a location', () => {
  const berlin = { latitude: 52.52, longitude: 13.4 }
  test.each([
    ['52.52, 13.40', berlin],
    ['I am at 52.52,13.40.', berlin],
    ['52,52; 13,40', berlin],
    ['52.52° N, 13.40° E', berlin],
    ['33.86 S, 151.2 E', { latitude: -33.86, longitude: 151.2 }],
    ['geo:52.52,13.40;u=35', berlin],
    ['geo:-33.86,151.2,12', { latitude: -33.86, longitude: 151.2 }],
    ['https://www.google.com/maps/@52.52,13.40,15z', berlin],
    ['see https://maps.google.com/?q=52.52,13.40', berlin],
    ['https://www.google.com/maps/search/?api=1&query=52.52%2C13.40', berlin],
    ['https://maps.apple.com/?ll=52.52,13.40&z=10', berlin],
    ['https://www.openstreetmap.org/?mlat=52.52&mlon=13.40#map=15/1/2', berlin],
    ['https://www.openstreetmap.org/#map=15/52.52/13.40', berlin],
    ['152.52, 13.40', undefined],
    ['3, 4', undefined],
    ['1.2.3, 4.5', undefined],
    ['at home', undefined],
  ])('in "%s" is %j', (text, value) => {
    expect(valueIn(location(), text)).toEqual(value)
  })

  test('is taken from one that is shared, without what the schema does not ask for', () => {
    const body = { ...berlin, name: 'Home', accuracyMeters: 20 }
    expect(readBody(location(), 'location', body)).toEqual({ ok: true, value: { ...berlin, name: 'Home' } })
    expect(readBody(location(), 'location', { latitude: 152, longitude: 1 })).toEqual({ ok: false })
  })

  test('keeps its reader within an object, and with checks and descriptions', () => {
    const north = location().refine(({ latitude }) => latitude > 0, 'Only in the north.')
    const { where } = z.object({ where: north.describe('Where?').optional() }).shape
    expect(valueIn(where, '52.52, 13.40')).toEqual(berlin)
    expect(answerOf(where).read(withBody('location', { latitude: -1, longitude: 1 }), around)).toEqual({
      ok: false,
      problem: 'Only in the north.',
    })
  })
})

describe('an attachment', () => {
  const photo = { url: 'https://example.com/a.jpg', mediaType: 'image/jpeg', sizeBytes: 100 }

  test('is the body of a media message', () => {
    expect(readBody(attachment(), 'media', photo)).toEqual({ ok: true, value: photo })
    expect(readBody(attachment(), 'card', photo)).toEqual({ ok: false })
    expect(valueIn(attachment(), 'https://example.com/a.jpg')).toBeUndefined()
  })

  test('is of the types and the size that are asked for', () => {
    const image = attachment({ mediaTypes: ['image/*', 'application/pdf'], maxBytes: 100 })
    const taken = (change: object) => readBody(image, 'media', { ...photo, ...change }).ok
    expect(taken({})).toBe(true)
    expect(taken({ mediaType: 'Application/PDF; v=1' })).toBe(true)
    expect(taken({ mediaType: 'video/mp4' })).toBe(false)
    expect(taken({ sizeBytes: 101 })).toBe(false)
    expect(taken({ sizeBytes: undefined })).toBe(false)
  })

  test('what would be right is said', () => {
    const expected = (options: Parameters<typeof attachment>[0], locale = 'en') =>
      answerOf(attachment(options)).expected(inLocale(locale))
    expect(expected({ mediaTypes: ['image/*'], maxBytes: 5_000_000 })).toBe('a picture of up to 5 MB')
    expect(expected({ mediaTypes: ['image/*', 'video/*'] })).toBe('a file')
    expect(expected({ mediaTypes: ['audio/*'], maxBytes: 1_500_000 }, 'de')).toBe(
      'eine Tonaufnahme mit höchstens 1,5 MB',
    )
  })
})
