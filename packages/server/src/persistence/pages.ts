import type { Key } from '../kv/port.js'
import type { Page } from './port.js'

/** The first `limit` of the items. `keyOf` names the place of an item, where the page after it begins. */
export const pageOf = <T>(items: Iterable<T>, limit: number, keyOf: (item: T) => Key): Page<T> => {
  const page: T[] = []
  for (const item of items) {
    const last = page.at(-1)
    if (last !== undefined && page.length >= limit) return { items: page, next: JSON.stringify(keyOf(last)) }
    page.push(item)
  }
  return { items: page }
}

/** Whether a page may have given this as its `next`. */
export const isPosition = (next: string): boolean => readPosition(next) !== undefined

/** The place that `next` of a page names. @throws RangeError where no page gave it */
export const positionOf = (next: string): Key => {
  const key = readPosition(next)
  if (key) return key
  throw new RangeError(`${next} is the next of no page`)
}

const longestPart = 128

const readPosition = (next: string): Key | undefined => {
  const key = parse(next)
  return Array.isArray(key) && key.length >= 2 && key.length <= 5 && key.every(isKeyPart) ? key : undefined
}

const isKeyPart = (part: unknown): boolean =>
  typeof part === 'number' || (typeof part === 'string' && part.length <= longestPart)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
