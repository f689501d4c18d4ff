import type { NumberBounds } from '../../languages/answering.js'
import { writingLocale } from '../../languages/writing-locale.js'
import { type Numeral, numeralsIn } from './numerals.js'
import type { Reader } from './port.js'

/** What numbers a schema takes, as far as that can be told beforehand. */
export interface NumberLimits {
  whole: boolean
  least?: number | undefined
  most?: number | undefined
  above?: number | undefined
  below?: number | undefined
}

/** Reads numbers, in digits or in words. A text that mentions two leaves open which is meant. */
export function numberReader(limits: NumberLimits): Reader {
  return {
    read: ({ text }, around) => {
      const values = new Set(numeralsIn(text, around).map(({ value }) => value))
      return values.size === 1 ? [...values] : []
    },
    find: (text, around) =>
      numeralsIn(text, around)
        .filter(isMeantAsNumber)
        .map(({ value, start, end }) => ({ value: [value], start, end })),
    expected: (around) => {
      const { language } = around
      return language.expected.number(written(limits, writingLocale(around)))
    },
  }
}

/** "One" and "a" are also said of what is not counted. */
const isMeantAsNumber = ({ value, written }: Numeral): boolean => written === 'digits' || value > 1

function written({ whole, ...limits }: NumberLimits, locale: string): NumberBounds {
  const { format } = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 })
  const given = Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return { whole, ...Object.fromEntries(given.map(([name, limit]) => [name, format(limit)])) }
}
