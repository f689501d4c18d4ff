/** What a topic filter takes in, in a form that filters can be compared by. A topic is a filter that takes in itself. */
export interface Shape {
  /** Levels that a topic has to have; `+` stands for any text. */
  readonly levels: readonly string[]
  /** It may have more than these. */
  readonly deep: boolean
}

/** The shape of a valid topic or filter. */
export const shapeOf = (filter: string): Shape => {
  // Every topic has at least one level, so that `#` is the same as `+/#`.
  if (filter === '#') return everything
  const levels = filter.split('/')
  const deep = levels.at(-1) === '#'
  if (deep) levels.pop()
  // `/#` would take in the topic above its first slash, but no topic is empty [MQTT-4.7.3-1].
  if (deep && levels.length === 1 && levels[0] === '') levels.push('+')
  return { levels, deep }
}

const everything: Shape = { levels: ['+'], deep: true }

/** Whether `wide` takes in every topic that `narrow` does. */
export const covers = (wide: Shape, narrow: Shape): boolean => {
  if (wide.deep ? narrow.levels.length < wide.levels.length : narrow.deep || !isAsLong(wide, narrow)) return false
  return wide.levels.every((level, i) => (level === '+' ? takesAny(narrow.levels, i) : level === narrow.levels[i]))
}

/** Whether there are topics that both take in. */
export const overlaps = (one: Shape, other: Shape): boolean => {
  if (!isAsLong(one, other) && !(one.levels.length < other.levels.length ? one.deep : other.deep)) return false
  const shared = Math.min(one.levels.length, other.levels.length)
  return one.levels.slice(0, shared).every((level, i) => {
    if (level === '+') return takesAny(other.levels, i)
    return level === other.levels[i] || (other.levels[i] === '+' && takesAny(one.levels, i))
  })
}

const isAsLong = (one: Shape, other: Shape): boolean => one.levels.length === other.levels.length

/** [MQTT-4.7.2-1] a wildcard at the first level takes nothing in that begins with `$`. */
const takesAny = (levels: readonly string[], i: number): boolean => i > 0 || !levels[i]?.startsWith('$')
