import type { Around } from '../../authoring/around.js'
import type { NumberBounds } from '../../languages/answering.js'
import type { Language } from '../../languages/port.js'
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
      const counted = numeralsIn(text, around).filter((numeral) => !isOfMany(numeral, text, around))
      const values = new Set(counted.map(({ value }) => value))
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
  const { articles = [] } = language.answers.numbers
  const [article = '', ...things] = foldedWords(beginning(text))
  return articles.includes(article) && (things.length === 1 || things.length === 2) && !areMany(things, language)
}

/** "Eine Menge" is a lot, and "eine" alone is one. */
function isOfMany({ value, end }: Numeral, text: string, { language }: Around): boolean {
  return value === 1 && areMany(foldedWords(beginning(text.slice(end))), language)
}

/** As in "a lot", and "a whole lot". */
const areMany = (things: readonly string[], { answers }: Language): boolean =>
  things.slice(0, 2).some((thing) => answers.numbers.vague?.includes(thing))

/** "One" and "a" are also said of what is not counted. */
const isMeantAsNumber = ({ value, written }: Numeral): boolean => written === 'digits' || value > 1

function written({ whole, ...limits }: NumberLimits, locale: string): NumberBounds {
  const { format } = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 })
  const given = Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return { whole, ...Object.fromEntries(given.map(([name, limit]) => [name, format(limit)])) }
}
