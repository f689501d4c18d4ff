import { type Formatters, IntlMessageFormat } from 'intl-messageformat'
import type { Values } from './texts.js'

/** A text in ICU's message format, ready to be filled. */
export interface MessageFormat {
  /** What it asks for, in order of appearance. */
  readonly variables: readonly string[]
  write(values: Values): string
}

/** @throws what is wrong with the text's form */
export function formatOf(text: string, { locale, timeZone }: { locale: string; timeZone: string }): MessageFormat {
  const format = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true, formatters: formattersIn(timeZone) })
  const variables = [...variablesOf(format.getAst())]
  const dates = new Set(variables.filter(({ isDate }) => isDate).map(({ name }) => name))
  return {
    variables: variables.map(({ name }) => name),
    write: (values) =>
      String(
        format.format(
          Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, dates.has(name) ? asDate(value, timeZone) : value]),
          ),
        ),
      ),
  }
}

/** Making a formatter of `Intl` takes long: each is made once. */
function formattersIn(timeZone: string): Formatters {
  const made = new Map<string, unknown>()
  const once = <T>(key: unknown, make: () => T): T => {
    const name = JSON.stringify(key)
    const formatter = (made.get(name) as T | undefined) ?? make()
    made.set(name, formatter)
    return formatter
  }
  return {
    getNumberFormat: (...args) => once(['number', args], () => new Intl.NumberFormat(...args)),
    getPluralRules: (...args) => once(['plural', args], () => new Intl.PluralRules(...args)),
    getDateTimeFormat: (locales, options) =>
      once(['date', locales, options], () => new Intl.DateTimeFormat(locales, { ...options, timeZone })),
  }
}

type Ast = ReturnType<IntlMessageFormat['getAst']>
interface Variable {
  name: string
  isDate: boolean
}

function* variablesOf(ast: Ast): Generator<Variable> {
  for (const element of ast) {
    if (element.type !== kinds.literal && element.type !== kinds.pound)
      yield { name: element.value, isDate: element.type === kinds.date || element.type === kinds.time }
    if ('options' in element) for (const { value } of Object.values(element.options)) yield* variablesOf(value)
  }
}

/** The parser's numbers; its enum is not exported by the formatter. */
const kinds = { literal: 0, date: 3, time: 4, pound: 7 } as const

/** A day without a time is that day wherever the person is. */
function asDate(value: Values[string], timeZone: string): Values[string] {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return noonOf(value, timeZone)
  return typeof value === 'string' || typeof value === 'number' ? new Date(value) : value
}

function noonOf(day: string, timeZone: string): Date {
  const noon = new Date(`${day}T12:00Z`)
  // Sweden writes a moment as ISO 8601 does.
  const there = Date.parse(`${noon.toLocaleString('sv-SE', { timeZone })}Z`)
  return new Date(2 * noon.getTime() - there)
}
