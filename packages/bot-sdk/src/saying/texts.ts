import type { Around } from '../authoring/around.js'
import { nearestLanguage } from '../authoring/manner.js'
import { formatOf, type MessageFormat } from './message-format.js'
import type { Wording } from './text.js'

/**
 * What a text is filled with, by name; dates as ISO 8601, as `Date` or in milliseconds since the Unix epoch.
 *
 * @example
 * const text = texts({ en: { ready: '{count, plural, one {One pizza} other {# pizzas}}, ready at {time, time, short}.' } })
 * const values: Values = { count: 2, time: new Date('2026-11-26T17:30:00Z') }
 * text('ready', values)(around) // "2 pizzas, ready at 5:30 PM."
 */
export type Values = Readonly<Record<string, string | number | boolean | Date | undefined>>

/**
 * Words by key. `say(text('welcome'))` says them in the language of who is spoken with.
 *
 * @example
 * const text: Texts<'howMany'> = texts({ en: { howMany: 'How many?' }, de: { howMany: 'Wie viele?' } })
 * ask({ say: text('howMany'), schema: z.int() })
 */
export type Texts<TKey extends string> = <TArgs extends Around>(
  key: TKey,
  values?: Values | ((args: TArgs) => Values),
) => (args: TArgs) => Wording

/**
 * A bot's words, in several languages: in ICU's message format, with plurals, numbers, dates and choices. A list of texts
 * is one meaning in several wordings, of which one is said. Who speaks none of the languages hears the first; of `de-AT`,
 * what is there for `de` will do.
 *
 * Dates and times are written in the person's time zone. Give them as ISO 8601, as `Date` or in milliseconds since the
 * Unix epoch.
 *
 * @throws TypeError at once where a text is not in ICU's format, a language lacks a key, or asks for other values
 * @example
 * const text = texts({
 *   en: { welcome: ['Hello!', 'Hi!'], ordered: '{count, plural, one {One pizza} other {# pizzas}} for {name}.' },
 *   de: { welcome: 'Hallo!', ordered: '{count, plural, one {Eine Pizza} other {# Pizzen}} für {name}.' },
 * })
 * setup({
 *   types: {} as { context: { count: number; name: string }; events: Heard; emitted: Said },
 *   actions: { confirm: say(text('ordered', ({ context }) => ({ count: context.count, name: context.name }))) },
 * })
 */
export function texts<TKey extends string>(languages: {
  readonly [locale: string]: Readonly<Record<TKey, Wording>>
}): Texts<TKey> {
  checkLanguages(languages)
  const catalog = new Catalog(languages)
  return (key, values = {}) =>
    (args) =>
      catalog.write(key, args, typeof values === 'function' ? values(args) : values)
}

type Languages = { readonly [locale: string]: Readonly<Record<string, Wording>> }

const wordings = (wording: Wording): readonly string[] => (typeof wording === 'string' ? [wording] : wording)

/** People may ask for any number of languages and time zones. */
const mostFormats = 10_000

class Catalog {
  readonly #languages: Languages
  readonly #formats = new Map<string, MessageFormat>()

  constructor(languages: Languages) {
    this.#languages = languages
  }

  write(key: string, { locale, timeZone }: Around, values: Values): Wording {
    const [first = ''] = Object.keys(this.#languages)
    const spoken = nearestLanguage(locale, Object.keys(this.#languages))
    // Numbers are written as in the person's own country, but not among words of another language.
    const manner = { locale: spoken === undefined ? first : locale, timeZone }
    return wordings(this.#languages[spoken ?? first]?.[key] ?? []).map((text) =>
      this.#formatOf(text, manner).write(values),
    )
  }

  #formatOf(text: string, manner: { locale: string; timeZone: string }): MessageFormat {
    const name = [manner.locale, manner.timeZone, text].join('\n')
    if (this.#formats.size > mostFormats) this.#formats.clear()
    const format = this.#formats.get(name) ?? formatOf(text, manner)
    this.#formats.set(name, format)
    return format
  }
}

function checkLanguages(languages: Languages): void {
  const [first, ...others] = Object.entries(languages)
  if (!first) throw new TypeError('texts: give the words of one language at least')
  const asked = variablesByKey(first)
  for (const other of others) {
    const found = variablesByKey(other)
    for (const [key, variables] of asked)
      if (found.get(key) !== variables)
        throw new TypeError(
          `texts: "${key}" takes ${variables || 'no values'} in ${first[0]}, and in ${other[0]} ${found.get(key) ?? 'is missing'}`,
        )
  }
}

const variablesByKey = ([locale, words]: [string, Readonly<Record<string, Wording>>]) =>
  new Map(Object.entries(words).map(([key, wording]) => [key, variablesIn(locale, key, wording)]))

function variablesIn(locale: string, key: string, wording: Wording): string {
  const names = wordings(wording).flatMap((text) => parsed(locale, key, text).variables)
  return [...new Set(names)].sort().join(', ')
}

function parsed(locale: string, key: string, text: string): MessageFormat {
  try {
    return formatOf(text, { locale, timeZone: 'UTC' })
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new TypeError(`texts: "${key}" in ${locale} is not in ICU's message format: ${problem}`, { cause: error })
  }
}
