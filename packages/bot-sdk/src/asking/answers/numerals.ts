import type { Around } from '../../authoring/around.js'
import type { NumberWords } from '../../languages/answering.js'
import { NumbersInWords } from './numbers-in-words.js'
import type { Found } from './port.js'
import { beginning, wordsIn } from './words.js'

/** A number that a text mentions, in digits or in words. */
export interface Numeral extends Found<number> {
  written: 'digits' | 'words'
}

/** The numbers that the beginning of a text mentions, in order. */
export function numeralsIn(text: string, around: Around): readonly Numeral[] {
  const read = withPlainDigits(beginning(text))
  const { numbers } = around.language.answers
  return [...inDigits(read, around.locale), ...inWords(read, numbers)].sort((one, other) => one.start - other.start)
}

const systems = [
  'arab',
  'arabext',
  'beng',
  'deva',
  'fullwide',
  'gujr',
  'guru',
  'khmr',
  'knda',
  'laoo',
  'mlym',
  'mymr',
].concat(['orya', 'tamldec', 'telu', 'thai', 'tibt'])
let digits: ReadonlyMap<string, string> | undefined

/** Digits of other scripts, such as ٣, as 0 to 9. All have one UTF-16 unit, so that places stay. */
function withPlainDigits(text: string): string {
  if (!/(?![0-9])\p{Nd}/u.test(text)) return text
  digits ??= new Map(systems.flatMap((system) => digitsOf(system)))
  const known = digits
  return text.replace(/\p{Nd}/gu, (digit) => known.get(digit) ?? digit)
}

function digitsOf(system: string): readonly (readonly [string, string])[] {
  const { format } = new Intl.NumberFormat(`en-u-nu-${system}`)
  return Array.from({ length: 10 }, (_, digit) => [format(digit), String(digit)] as const)
}

interface Separators {
  decimal: string
  group: string
}

const separators = new Map<string, Separators>()

/** People may speak any number of languages. */
const mostLocales = 1_000

function separatorsOf(locale: string): Separators {
  if (separators.size > mostLocales) separators.clear()
  const found = separators.get(locale) ?? readSeparators(locale)
  separators.set(locale, found)
  return found
}

function readSeparators(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1_234_567.5)
  const of = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise
  return { decimal: of('decimal', '.'), group: of('group', ',') }
}

const figures = /[0-9][0-9.,'’٬٫]*/gu
const spacedFigures = /[0-9][0-9.,'’٬٫\s]*/gu

function inDigits(text: string, locale: string): readonly Numeral[] {
  const separators = separatorsOf(locale)
  const pattern = /^\s$/.test(separators.group) ? spacedFigures : figures
  return [...text.matchAll(pattern)].flatMap((match) => {
    const written = match[0].replace(/[^0-9]+$/, '')
    const value = numberIn(written, separators)
    const end = match.index + written.length
    if (value === undefined || isPartOfWord(text, match.index, end)) return []
    const start = match.index - (hasMinus(text, match.index) ? 1 : 0)
    return [{ value: start < match.index ? -value : value, start, end, written: 'digits' as const }]
  })
}

const isPartOfWord = (text: string, start: number, end: number): boolean =>
  /[\p{L}\p{N}_]$/u.test(text.slice(Math.max(0, start - 2), start)) || /^[\p{L}\p{N}_]/u.test(text.slice(end, end + 2))

/** A dash is a minus only where it is no hyphen and no "from … to": nothing but a space stands before it. */
const hasMinus = (text: string, at: number): boolean => /(^|\s)[-−]$/.test(text.slice(Math.max(0, at - 2), at))

/** By the rules of the locale; a separator that can't be one of thousands is taken for a decimal one. */
function numberIn(written: string, { decimal, group }: Separators): number | undefined {
  if (/^\d+$/.test(written)) return finite(written)
  const plain = written.replaceAll('٫', decimal).replaceAll('٬', group).replaceAll('’', "'").replace(/\s/g, ' ')
  const [whole = '', fraction, ...rest] = plain.split(decimal)
  const groups = whole.split(group.replaceAll('’', "'").replace(/\s/g, ' '))
  if (rest.length === 0 && (fraction === undefined || /^\d+$/.test(fraction)) && areThousands(groups))
    return finite(`${groups.join('')}.${fraction ?? 0}`)
  const [, ones, parts = ''] = /^(\d+)[.,](\d+)$/.exec(plain) ?? []
  return ones !== undefined && parts.length !== 3 ? finite(`${ones}.${parts}`) : undefined
}

/** In India groups beyond the thousands have two digits. */
const areThousands = ([first = '', ...others]: readonly string[]): boolean =>
  /^\d+$/.test(first) &&
  (others.length === 0 ||
    (first.length <= 3 && /^\d{3}$/.test(others.at(-1) ?? '') && others.every((group) => /^\d{2,3}$/.test(group))))

const finite = (text: string): number | undefined => (Number.isFinite(Number(text)) ? Number(text) : undefined)

const known = new WeakMap<NumberWords, NumbersInWords>()

function inWords(text: string, words: NumberWords): readonly Numeral[] {
  const numbers = known.get(words) ?? new NumbersInWords(words)
  known.set(words, numbers)
  return numbers.find(text, wordsIn(text)).map((found) => ({ ...found, written: 'words' as const }))
}

/** The place in a list of `count` that the words name: "the second one". */
export function placesIn(text: string, count: number, around: Around): readonly number[] {
  const { ordinals } = around.language.answers.numbers
  const said = new Set(wordsIn(beginning(text)).map(({ folded }) => folded))
  const places = Array.from({ length: count }, (_, at) => at + 1)
  return places.filter((place) => ordinals.some((write) => said.has(wordsIn(write(place))[0]?.folded ?? '')))
}
