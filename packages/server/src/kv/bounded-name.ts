import { createHash } from 'node:crypto'

const longest = 400

/** A text of any length as part of a key: what is too long keeps its beginning, and its digest tells it apart. */
export const boundedName = (text: string): string => {
  if (text.length <= longest) return text
  return `${beginningOf(text)}\u0001${createHash('sha256').update(text).digest('base64url')}`
}

/** What a text and its bounded name both begin with. */
export const beginningOf = (text: string): string => {
  if (text.length <= longest) return text
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(longest - 1))
  return text.slice(0, splitsPair ? longest - 1 : longest)
}
