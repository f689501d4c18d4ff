import { answerOf } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { around, read, valueIn } from '../../support/answers.js'

const At = z.iso.datetime({ offset: true })
const processZone = process.env.TZ
afterEach(() => {
  if (processZone === undefined) delete process.env.TZ
  else process.env.TZ = processZone
})

describe('a date', () => {
  test.each([
    ['2026-12-24', 'en', '2026-12-24'],
    ['tomorrow', 'en', '2026-11-27'],
    ['24 December', 'en', '2026-12-24'],
    ['on the 3rd of April, please', 'en', '2027-04-03'],
    ['in two weeks', 'en', '2026-12-10'],
    ['next friday', 'en', '2026-12-04'],
    ['7/4/2027', 'en-US', '2027-07-04'],
    ['7/4/2027', 'en-GB', '2027-04-07'],
    ['morgen', 'de', '2026-11-27'],
    ['24. Dezember', 'de', '2026-12-24'],
    ['04.07.2027', 'de-AT', '2027-07-04'],
    ['3.4.', 'de', '2027-04-03'],
    ['nächsten Freitag', 'de', '2026-12-04'],
  ])('"%s" in %s is %s', (text, locale, value) => {
    expect(valueIn(z.iso.date(), text, { locale })).toBe(value)
  })

  test.each(['', 'some day', 'at 5', '2026-02-30', 'monday or tuesday', 'from monday to friday', 'may', '99999-01-01'])(
    '"%s" is none',
    (text) => {
      expect(read(z.iso.date(), text)).toEqual({ ok: false })
    },
  )

  test('is the day where the person is', () => {
    const now = Date.parse('2026-11-26T23:30:00Z')
    expect(valueIn(z.iso.date(), 'today', { now, timeZone: 'UTC' })).toBe('2026-11-26')
    expect(valueIn(z.iso.date(), 'today', { now, timeZone: 'Asia/Kolkata' })).toBe('2026-11-27')
  })
})

describe('a time', () => {
  test.each([
    ['17:30', 'en', '17:30'],
    ['5:30 pm', 'en', '17:30'],
    ['05:30', 'en', '05:30'],
    ['at 5', 'en', '17:00'],
    ['5', 'en', '17:00'],
    ['eleven', 'en', '11:00'],
    ['noon', 'en', '12:00'],
    ['17 Uhr', 'de', '17:00'],
    ['17', 'de', '17:00'],
    ['um 5:30', 'de', '05:30'],
    ['um halb sechs', 'de', '17:30'],
    ['heute um halb eins', 'de', '00:30'],
    ['in two hours', 'en', '12:00'],
  ])('"%s" in %s is %s at ten in the morning', (text, locale, value) => {
    expect(valueIn(z.iso.time(), text, { locale })).toBe(value)
  })

  test('is written as precisely as the schema wants it', () => {
    expect(valueIn(z.iso.time({ precision: 0 }), '17:30')).toBe('17:30:00')
    expect(valueIn(z.iso.time({ precision: 3 }), '17:30')).toBe('17:30:00.000')
  })

  test.each(['', 'tomorrow', '25', 'five or six', '25:61'])('"%s" is none', (text) => {
    expect(read(z.iso.time(), text)).toEqual({ ok: false })
  })
})

describe('a day and a time', () => {
  test.each([
    ['tomorrow at 17:00', 'en', '2026-11-27T17:00:00+01:00'],
    ['tomorrow at 5', 'en', '2026-11-27T05:00:00+01:00'],
    ['tomorrow at 5pm', 'en', '2026-11-27T17:00:00+01:00'],
    ['in two hours', 'en', '2026-11-26T12:00:00+01:00'],
    ['friday 9:15 am', 'en', '2026-11-27T09:15:00+01:00'],
    ['5', 'en', '2026-11-26T17:00:00+01:00'],
    ['at 9', 'en', '2026-11-26T21:00:00+01:00'],
    ['09:00', 'en', '2026-11-27T09:00:00+01:00'],
    ['1 July 2027 at 12:00', 'en', '2027-07-01T12:00:00+02:00'],
    ['5pm EST tomorrow', 'en', '2026-11-27T23:00:00+01:00'],
    ['morgen um 17 Uhr', 'de', '2026-11-27T17:00:00+01:00'],
    ['in zwei Stunden', 'de', '2026-11-26T12:00:00+01:00'],
    ['2026-12-01T08:00:00+05:30', 'en', '2026-12-01T08:00:00+05:30'],
  ])('"%s" in %s is %s', (text, locale, value) => {
    expect(valueIn(At, text, { locale })).toBe(value)
  })

  test.each(['tomorrow', 'next friday', 'soon', ''])('"%s" is none: something is missing', (text) => {
    expect(read(At, text)).toEqual({ ok: false })
  })

  test('is written as the schema wants it', () => {
    expect(valueIn(z.iso.datetime(), 'tomorrow at 17:00')).toBe('2026-11-27T16:00:00Z')
    expect(valueIn(z.iso.datetime({ local: true }), 'tomorrow at 17:00')).toBe('2026-11-27T17:00:00')
    expect(valueIn(z.iso.datetime({ precision: 3 }), 'tomorrow at 17:00')).toBe('2026-11-27T16:00:00.000Z')
    expect(valueIn(z.iso.datetime({ offset: true, precision: -1 }), 'tomorrow at 17:00')).toBe('2026-11-27T17:00+01:00')
  })

  test('is right when the clocks change', () => {
    const spring = { now: Date.parse('2027-03-27T09:00:00Z') }
    expect(valueIn(At, 'tomorrow at 01:59', spring)).toBe('2027-03-28T01:59:00+01:00')
    expect(valueIn(At, 'tomorrow at 02:30', spring)).toBe('2027-03-28T03:30:00+02:00')
    expect(valueIn(At, 'tomorrow at 03:00', spring)).toBe('2027-03-28T03:00:00+02:00')
    expect(valueIn(At, 'in 24 hours', spring)).toBe('2027-03-28T11:00:00+02:00')
    const autumn = { now: Date.parse('2027-10-30T08:00:00Z') }
    expect(valueIn(At, 'tomorrow at 02:30', autumn)).toBe('2027-10-31T02:30:00+02:00')
    expect(valueIn(At, 'tomorrow at 03:00', autumn)).toBe('2027-10-31T03:00:00+01:00')
    expect(valueIn(At, 'in 24 hours', autumn)).toBe('2027-10-31T09:00:00+01:00')
  })

  test('is found in a longer text, by its place', () => {
    const text = 'A table for four tomorrow at 7pm, please'
    const [found, ...others] = answerOf(At).find(text, around)
    expect(others).toEqual([])
    expect(found?.value).toBe('2026-11-27T19:00:00+01:00')
    expect(text.slice(found?.start, found?.end)).toBe('tomorrow at 7pm')
    expect(answerOf(z.iso.date()).find('We may come, 5 of us', around)).toEqual([])
  })

  const zones = [
    'UTC',
    'Europe/Vienna',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'America/St_Johns',
  ]
  const changes = ['2027-03-14', '2027-03-28', '2027-04-04', '2027-10-03', '2027-10-31', '2027-11-07']
  const days = fc.oneof(
    fc
      .constantFrom(...changes)
      .chain((day) => fc.integer({ min: -1500, max: 3000 }).map((minutes) => Date.parse(day) + minutes * 60_000)),
    fc
      .integer({ min: Date.parse('2027-01-01') / 60_000, max: Date.parse('2035-12-31') / 60_000 })
      .map((minutes) => minutes * 60_000),
  )

  test('a moment reads as the one that a locale writes, whatever the time zones of person and process', () => {
    const locale = fc.constantFrom('en-US', 'en-GB', 'de-DE', 'de-AT')
    const style = fc.constantFrom('long', 'medium', 'full')
    fc.assert(
      fc.property(
        days,
        fc.constantFrom(...zones),
        fc.constantFrom(...zones),
        locale,
        style,
        (at, timeZone, own, locale, dateStyle) => {
          process.env.TZ = own
          const text = new Intl.DateTimeFormat(locale, {
            dateStyle,
            timeStyle: 'short',
            timeZone,
          } as Intl.DateTimeFormatOptions).format(at)
          const value = valueIn(At, text, { locale, timeZone })
          // A time that comes twice is taken for the first.
          const again = new Intl.DateTimeFormat(locale, {
            dateStyle,
            timeStyle: 'short',
            timeZone,
          } as Intl.DateTimeFormatOptions).format(Date.parse(value ?? ''))
          expect([text, again]).toEqual([text, text])
          expect(at - Date.parse(value ?? '')).toBeOneOf([0, 30 * 60_000, 3_600_000])
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a date reads as the one that a locale writes', () => {
    const style = fc.constantFrom('short', 'medium', 'long', 'full')
    fc.assert(
      fc.property(days, fc.constantFrom('en-US', 'en-GB', 'de-DE', 'de-AT'), style, (at, locale, dateStyle) => {
        const text = new Intl.DateTimeFormat(locale, {
          dateStyle,
          timeZone: 'UTC',
        } as Intl.DateTimeFormatOptions).format(at)
        expect([text, valueIn(z.iso.date(), text, { locale })]).toEqual([text, new Date(at).toISOString().slice(0, 10)])
      }),
      { numRuns: 200 },
    )
  })
})
