/** How many levels a topic or filter has. */
export const levelsOf = (topic: string): number => {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  return levels
}
