import type { Around } from '../../authoring/around.js'
import type { NumberBounds } from '../../languages/answering.js'
import { writingLocale } from '../../languages/writing-locale.js'
import { type Numeral, numeralsIn } from './numerals.js'
import type { Reader } from './port.js'
import { beginning, foldedWords } from './words.js'

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
      if (values.size === 0 && limits.whole && isOneOfSomething(text, around)) return [1]
      return values.size === 1 ? [...values] : []
    },
    find: (text, around) =>
      numeralsIn(text, around)
        .filter(isMeantAsNumber)
        .map(({ value, start, end }) => ({ value: [value], start, end })),
    counts: limits.whole,
    expected: (around) => {
      const { language } = around
      return language.expected.number(written(limits, writingLocale(around)))
    },
  }
}

/** "An espresso, please", and nothing more: what is longer may have its article anywhere. */
function isOneOfSomething(text: string, { language }: Around): boolean {
  const { articles = [], vague = [] } = language.answers.numbers
  const [article = '', thing, ...others] = foldedWords(beginning(text))
  return articles.includes(article) && thing !== undefined && !vague.includes(thing) && others.length <= 1
}

/** "One" and "a" are also said of what is not counted. */
const isMeantAsNumber = ({ value, written }: Numeral): boolean => written === 'digits' || value > 1

function written({ whole, ...limits }: NumberLimits, locale: string): NumberBounds {
  const { format } = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 })
  const given = Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return { whole, ...Object.fromEntries(given.map(([name, limit]) => [name, format(limit)])) }
}
