import { describe, expect, test } from 'vitest'
import { type Duration, formatMs, toMs } from '../../src/time/duration.js'

describe('a duration', () => {
  test.each<[Duration, number]>([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    [250, 250],
    [0, 0],
  ])('%j is %d ms', (duration, ms) => {
    expect(toMs(duration)).toBe(ms)
  })

  test.each(['10', 'm', '10 m', '-5m', '10min', '', '1e3s'])(
    '"%s" is refused with an example of what is right',
    (text) => {
      expect(() => toMs(text as Duration)).toThrow(`"${text}" is no duration: use milliseconds, or text such as '90s'`)
    },
  )

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%d ms is refused', (ms) => {
    expect(() => toMs(ms)).toThrow(RangeError)
  })

  test.each([
    [0, '0s'],
    [1_500, '1.5s'],
    [600_000, '10m'],
    [93_600_000, '1d 2h'],
    [90_061_000, '1d 1h 1m 1s'],
  ])('%d ms is written as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })
})
