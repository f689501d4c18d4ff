/** Whether two values are the same plain data. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!one || !other || typeof one !== 'object' || typeof other !== 'object') return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(at(one, key), at(other, key)))
}
const at = (value: object, key: string): unknown => (value as Record<string, unknown>)[key]
