import type { NumberWords } from '../../languages/answering.js'
import type { Found } from './port.js'
import { foldedWords, type Word } from './words.js'

/** No number below a million has more words in any language that is known here. */
const mostWords = 14

/** Reads the numbers of one language: what its own words for numbers are, read backwards. */
export class NumbersInWords {
  readonly #words: NumberWords
  #made: Table | undefined

  constructor(words: NumberWords) {
    this.#words = words
  }

  /** The numbers that are mentioned; of several that begin at the same word, the longest. */
  find(text: string, words: readonly Word[]): readonly Found<number>[] {
    const found: Found<number>[] = []
    for (let at = 0; at < words.length; at++) {
      const number = this.#longestFrom(text, words, at)
      if (!number) continue
      found.push(this.#signed(number, words[at - 1]))
      while ((words[at + 1]?.end ?? Number.POSITIVE_INFINITY) <= number.end) at++
    }
    return found
  }

  #longestFrom(text: string, words: readonly Word[], at: number): Found<number> | undefined {
    let longest: Found<number> | undefined
    let key = ''
    const { start = 0 } = words[at] ?? {}
    for (const [index, { folded, end }] of words.slice(at, at + mostWords).entries()) {
      const before = words[at + index - 1]
      if (index === 0 && !this.#table.beginnings.has(beginningOf(keyOf(folded)))) break
      if (index > 0 && before && !/^[\s-]*$/.test(text.slice(before.end, words[at + index]?.start))) break
      key += keyOf(folded)
      const value = this.#valueOf(key)
      if (value !== undefined) longest = { value, start, end }
    }
    return longest
  }

  #signed(number: Found<number>, before: Word | undefined): Found<number> {
    const isNegative = before !== undefined && this.#words.minus.some((minus) => keyOf(minus) === before.folded)
    return isNegative ? { ...number, value: -number.value, start: before.start } : number
  }

  get #table(): Table {
    this.#made ??= tableOf(this.#words)
    return this.#made
  }

  #valueOf(key: string): number | undefined {
    return this.#table.numbers.get(key) ?? this.#composed(key, this.#table.numbers)
  }

  /** Thousands, and what comes after them. */
  #composed(key: string, table: ReadonlyMap<string, number>): number | undefined {
    for (let at = Math.min(key.length, 120) - 1; at > 0; at--) {
      const thousands = table.get(key.slice(0, at))
      if (thousands === undefined || thousands < 1_000 || thousands % 1_000 !== 0) continue
      const rest = table.get(key.slice(at))
      if (rest !== undefined && rest > 0 && rest < 1_000) return thousands + rest
    }
    return undefined
  }
}

/** "fünf", "fuenf" and "funf" are written alike, spaces and hyphens left aside. */
const keyOf = (text: string): string => joined(foldedWords(text))

const joined = (folded: readonly string[]): string => folded.join('').replace(/([aou])e/g, '$1')

interface Table {
  numbers: ReadonlyMap<string, number>
  /** Most words begin no number: they are passed over at once. */
  beginnings: ReadonlySet<string>
}

const beginningOf = (key: string): string => key.slice(0, 2)

/** 0 to 1,000, and each thousand up to 999,000. What would name two numbers names none. */
function tableOf({ cardinals, named }: NumberWords): Table {
  const table = new Map<string, number>()
  const twice = new Set<string>()
  const beginnings = new Set<string>()
  /** Most numbers are written alike by all of `cardinals`. */
  const added = new Map<string, number>()
  const add = (words: string, number: number) => {
    if (added.get(words) === number) return
    added.set(words, number)
    const folded = foldedWords(words)
    const key = joined(folded)
    if (key !== '' && (table.get(key) ?? number) !== number) twice.add(key)
    table.set(key, number)
    beginnings.add(beginningOf(joined(folded.slice(0, 1))))
  }
  for (let n = 0; n < 1_000; n++)
    for (const write of cardinals) {
      add(write(n), n)
      if (n > 0) add(write(n * 1_000), n * 1_000)
    }
  for (const [words, number] of Object.entries(named)) add(words, number)
  for (const key of [...twice, '']) table.delete(key)
  return { numbers: table, beginnings }
}
