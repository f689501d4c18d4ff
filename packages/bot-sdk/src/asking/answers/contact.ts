import * as z from 'zod'
import type { HeardMessage } from '../../authoring/heard.js'
import { bodyOfType } from './body.js'
import { addressesIn } from './email.js'
import { withReader } from './own-readers.js'
import { phonesIn } from './phone.js'
import type { Reader } from './port.js'

/**
 * A schema for how somebody can be reached: an email address, or a phone number as E.164, such as `+436601234567`. It is
 * read from a text, or from a `contact` message.
 *
 * @example
 * actors: { reach: ask({ say: 'How can we reach you?', schema: contact() }) }
 */
export const contact = () => withReader(z.union([z.email(), z.e164()]), reader)

const reader: Reader = {
  read: (heard, around) => {
    const written = [...addressesIn(heard.text), ...phonesIn(heard.text, around)].map(({ value }) => value)
    return new Set(written).size === 1 ? written : sharedContact(heard)
  },
  find: (text, around) =>
    [...addressesIn(text), ...phonesIn(text, around)].map(({ value, start, end }) => ({ value: [value], start, end })),
  expected: (around) => around.language.expected.contact,
}

function sharedContact(heard: HeardMessage): readonly unknown[] {
  const { emails, phones } = bodyOfType(heard, 'contact') ?? {}
  return [emails, phones].flatMap((list: unknown) => (Array.isArray(list) ? list : [])).map(withoutSpaces)
}

const withoutSpaces = (value: unknown): unknown => (typeof value === 'string' ? value.replace(/[\s()/-]/g, '') : value)
