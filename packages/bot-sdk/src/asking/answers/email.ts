import type { Found, Reader } from './port.js'
import { beginning, visible } from './words.js'

/** Reads an email address, also in the midst of other words. Two leave open which is meant. */
export function emailReader(): Reader {
  return {
    read: ({ text }) => {
      const all = new Set(addressesIn(text).map(({ value }) => value))
      return [visible(text), ...(all.size === 1 ? all : [])]
    },
    find: (text) => addressesIn(text).map(({ value, start, end }) => ({ value: [value], start, end })),
    expected: (around) => around.language.expected.email,
  }
}

/** What has an @ within it; the schema decides whether that is an address. */
export function addressesIn(text: string): readonly Found<string>[] {
  return [...beginning(text).matchAll(/[^\s\p{Cc}\p{Cf}<>()[\]{},;:"'„“”«»]+/gu)].flatMap((match) => {
    const value = match[0].replace(/[.!?…]+$/u, '')
    return /^[^@]+@[^@]+$/.test(value) ? [{ value, start: match.index, end: match.index + value.length }] : []
  })
}
