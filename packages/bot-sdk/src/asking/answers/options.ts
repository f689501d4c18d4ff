import { distance } from 'fastest-levenshtein'
import type { Found } from './port.js'
import { beginning, fold, foldedWords, visible, type Word, wordsIn } from './words.js'

/** Something that may be chosen, and what it is called. */
export interface Option<TValue> {
  value: TValue
  names: readonly string[]
}

export interface Choosing {
  /** Words that take back the one after them: "not the small one". */
  not?: readonly string[]
  /** What a name may end in, beside its own letters: "two pizzas". */
  endings?: readonly string[]
}

interface Mention<TValue> extends Found<TValue> {
  /** How many words of the text it takes, and from which on. */
  count: number
  at: number
  /** To the letter; not with another ending. */
  exact: boolean
}

/**
 * The one option that an answer names: written out; as the only one that it mentions; or with a slip in the spelling.
 * `undefined` where it names none, or several.
 */
export function optionIn<TValue>(options: readonly Option<TValue>[], text: string, choosing: Choosing = {}) {
  const answer = visible(text)
  const exact = options.find(({ names }) => names.some((name) => name.trim() === answer))
  if (exact) return exact
  const same = options.filter(({ names }) => names.some((name) => fold(name) === fold(answer) && fold(answer) !== ''))
  if (same.length > 0) return same.length === 1 ? same[0] : undefined
  const mentions = mentionsIn(options, answer, choosing)
  const values = new Set(mentions.map(({ value }) => value))
  if (values.size > 0) return values.size === 1 ? options.find(({ value }) => values.has(value)) : undefined
  return misspelt(options, answer, choosing)
}

/**
 * Where the beginning of a text mentions options, "two pizzas" a pizza. What lies within a longer one is not meant: "ice"
 * in "ice cream".
 */
export function mentionsIn<TValue>(
  options: readonly Option<TValue>[],
  text: string,
  { not = [], endings = [] }: Choosing = {},
) {
  const words = wordsIn(beginning(text))
  const all = options.flatMap(({ value, names }) =>
    names.flatMap((name) => occurrences(words, foldedWords(name), endings).map((found) => ({ ...found, value }))),
  )
  const longest = all.filter((one) => !all.some((other) => contains(other, one) && isBetter(other, one)))
  return longest.filter((mention) => !isTakenBack(mention, words, not)).sort((one, other) => one.start - other.start)
}

function occurrences(
  words: readonly Word[],
  name: readonly string[],
  endings: readonly string[] = [],
): readonly Omit<Mention<never>, 'value'>[] {
  if (name.length === 0) return []
  return words.flatMap(({ start }, at) => {
    const last = words[at + name.length - 1]
    const isThere = name.every((word, index) => isForm(words[at + index]?.folded ?? '', word, endings))
    const exact = name.every((word, index) => words[at + index]?.folded === word)
    return isThere && last ? [{ start, end: last.end, at, count: name.length, exact }] : []
  })
}

const isForm = (written: string, word: string, endings: readonly string[]): boolean =>
  written === word || (word.length >= leastStem && endings.some((ending) => written === word + ending))

/** An ending makes another word of a shorter one. */
const leastStem = 4

const isBetter = (one: Mention<unknown>, other: Mention<unknown>): boolean =>
  one.count > other.count || (one.count === other.count && one.exact && !other.exact)

const contains = (outer: Mention<unknown>, inner: Mention<unknown>): boolean =>
  outer.at <= inner.at && inner.at + inner.count <= outer.at + outer.count

/** An article or one other word may stand between. */
function isTakenBack({ at }: Mention<unknown>, words: readonly Word[], not: readonly string[]): boolean {
  const before = words.slice(0, at)
  return not.some((name) => {
    const taking = foldedWords(name)
    return occurrences(before, taking).some((found) => at - (found.at + found.count) <= 1)
  })
}

/** Slips in words this short make other words. */
const leastLetters = 5

/** The only option whose spelling is near the answer, or near a part of it of as many words. */
function misspelt<TValue>(options: readonly Option<TValue>[], answer: string, { not = [] }: Choosing) {
  const words = foldedWords(answer)
  if (words.length > 12 || not.some((name) => foldedWords(name).every((word) => words.includes(word)))) return undefined
  const near = options.filter(({ names }) => names.some((name) => isNear(foldedWords(name), words)))
  return near.length === 1 ? near[0] : undefined
}

function isNear(name: readonly string[], words: readonly string[]): boolean {
  const written = name.join(' ')
  if ([...written].length < leastLetters) return false
  // A slip may also join two words, or part one.
  for (const count of [name.length, name.length - 1, name.length + 1].filter((count) => count > 0))
    for (let at = 0; at + count <= words.length; at++)
      if (areNear(written, words.slice(at, at + count).join(' '))) return true
  return false
}

function areNear(name: string, word: string): boolean {
  const slips = [...name].length < 8 ? 1 : 2
  if (Math.abs(name.length - word.length) > slips * 2) return false
  return distance(name, word) <= slips || isSwap(name, word)
}

/** Two neighbouring letters have changed places. */
function isSwap(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  const at = [...one].findIndex((_, index) => one[index] !== other[index])
  return one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2) && at >= 0
}
