import type { Around } from '../../authoring/around.js'
import { writingLocale } from '../../languages/writing-locale.js'
import { numeralsIn, placesIn } from './numerals.js'
import { mentionsIn, type Option, optionIn } from './options.js'
import type { AnswerChoice, Reader } from './port.js'
import { foldedWords } from './words.js'

/** More than these are not named in a sentence. */
const mostNamed = 10

/**
 * Reads one of a list: by its label or value, written out, in the midst of other words or with a slip; or by its place,
 * counted from 1. A value that is a number goes before a place.
 */
export function choiceReader(choices: readonly AnswerChoice[]): Reader {
  const options = choices.map(({ label, value }) => ({ value, names: [label, String(value)] }))
  return {
    choices,
    read: ({ text }, around) => {
      const chosen = chosenIn(options, text, around)
      return chosen ? [chosen.value] : []
    },
    find: (text, around) => {
      const { not, endings } = around.language.answers
      return mentionsIn(options.filter(isTelling), text, { not, endings }).map(({ value, start, end }) => ({
        value: [value],
        start,
        end,
      }))
    },
    expected: (around) => {
      const { language } = around
      const list = new Intl.ListFormat(writingLocale(around), { type: 'disjunction' })
      const labels = choices.map(({ label }) => label)
      return language.expected.oneOf(
        list.format(labels.length > mostNamed ? [...labels.slice(0, mostNamed), '…'] : labels),
      )
    },
  }
}

/** A number may count something else. */
const isTelling = ({ value }: Option<AnswerChoice['value']>): boolean =>
  typeof value === 'string' && !/^\d+$/.test(value)

function chosenIn<TValue>(options: readonly Option<TValue>[], text: string, around: Around) {
  const { not, endings } = around.language.answers
  return optionIn(options, text, { not, endings }) ?? optionAt(options, text, around)
}

/** More words than these are about something else than a place. */
const mostWords = 4

function optionAt<TValue>(options: readonly Option<TValue>[], text: string, around: Around) {
  const words = foldedWords(text.slice(0, 200))
  if (words.length > mostWords || mentionsIn(options, text).length > 0) return undefined
  // The "one" of "the second one" is no number.
  const said = placesIn(text, options.length, around)
  const [place = 0, ...others] = new Set(said.length > 0 ? said : numeralsIn(text, around).map(({ value }) => value))
  return others.length === 0 ? options[place - 1] : undefined
}
