/** How many levels a topic or filter has. */
export const levelsOf = (topic: string): number => {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  return levels
}

/** The text of one level of a topic, counted from 1; empty where it has no such level. */
export const levelAt = (topic: string, level: number): string => {
  let start = 0
  for (let passed = 1; passed < level; passed++) {
    start = topic.indexOf('/', start) + 1
    if (start === 0) return ''
  }
  const end = topic.indexOf('/', start)
  return end === -1 ? topic.slice(start) : topic.slice(start, end)
}
