import type { Key } from './port.js'

/** Negative where `a` comes before `b`, positive where it comes after, 0 where they are the same key. */
export const compareKeys = (a: Key, b: Key): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const order = compareParts(a[i] as string | number, b[i] as string | number)
    if (order !== 0) return order
  }
  return a.length - b.length
}

const compareParts = (a: string | number, b: string | number): number => {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : compareText(a, b)
}

const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (one !== other) return codePointRank(one) - codePointRank(other)
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates, which stand for the highest code points, before U+E000 to U+FFFF. */
const codePointRank = (unit: number): number => {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
