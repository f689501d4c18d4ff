import { type Around, answerOf, type HeardMessage, type Reading, type Schema } from '@daakia/bot-sdk'
import { Languages } from '../../src/languages/languages.js'
import { heard } from './heard.js'

/** A Thursday morning in Vienna. */
export const around: Around = {
  locale: 'en',
  language: new Languages().of('en'),
  timeZone: 'Europe/Vienna',
  now: Date.parse('2026-11-26T09:00:00Z'),
}

/** The same, for a person of another locale. */
export const inLocale = (locale: string): Around => ({ ...around, locale, language: new Languages().of(locale) })

export const read = <TOutput>(
  schema: Schema<TOutput>,
  text: string,
  { locale = 'en', ...more }: Partial<Around> = {},
): Reading<TOutput> => answerOf(schema).read(heard(text).message, { ...inLocale(locale), ...more })

/** The value that was read; `undefined` where none was. */
export function valueIn<TOutput>(schema: Schema<TOutput>, text: string, more?: Partial<Around>): TOutput | undefined {
  const reading = read(schema, text, more)
  return reading.ok ? reading.value : undefined
}

/** A message with a body, as another client sends it. */
export const withBody = (type: string, body: unknown): HeardMessage => ({
  ...heard('').message,
  type,
  contentType: 'application/json',
  payload: JSON.stringify(body),
})
