/**
 * For each of these, the one of those that it matches, so that both stay in their order and as many match as can;
 * `undefined` where none does.
 */
export const aligned = <TThis, TThat>(
  these: readonly TThis[],
  those: readonly TThat[],
  matches: (one: TThis, other: TThat) => boolean,
): (TThat | undefined)[] => {
  const counts = matchCounts(these, those, matches)
  const countAt = (i: number, j: number) => counts[i]?.[j] ?? 0
  let j = 0
  return these.map((one, i) => {
    while (j < those.length && countAt(i, j + 1) === countAt(i, j)) j += 1
    const other = those[j]
    if (other === undefined || !matches(one, other) || countAt(i + 1, j + 1) !== countAt(i, j) - 1) return undefined
    j += 1
    return other
  })
}

/** How many can match from the `i`th of these and the `j`th of those on. */
const matchCounts = <TThis, TThat>(
  these: readonly TThis[],
  those: readonly TThat[],
  matches: (one: TThis, other: TThat) => boolean,
): number[][] => {
  const counts = Array.from({ length: these.length + 1 }, () => new Array<number>(those.length + 1).fill(0))
  const at = (i: number, j: number) => counts[i]?.[j] ?? 0
  for (let i = these.length - 1; i >= 0; i--)
    for (let j = those.length - 1; j >= 0; j--) {
      const isMatch = matches(these[i] as TThis, those[j] as TThat)
      const row = counts[i] as number[]
      row[j] = isMatch ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1))
    }
  return counts
}
