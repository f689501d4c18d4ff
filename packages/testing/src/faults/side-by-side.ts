/**
 * Does the work for each of `all`, so many at a time, and answers in their order. Where some can't be done, no more are begun,
 * and the first of those in order is told when nothing is under way any more.
 */
export const sideBySide = async <T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  const failures: { at: number; error: unknown }[] = []
  let next = 0
  const workThrough = async (): Promise<void> => {
    while (next < all.length && failures.length === 0) {
      const at = next++
      await work(all[at] as T).then(
        (result) => {
          results[at] = result
        },
        (error) => failures.push({ at, error }),
      )
    }
  }
  await Promise.all(Array.from({ length: atOnce }, workThrough))
  const [first] = failures.sort((one, other) => one.at - other.at)
  if (first) throw first.error
  return results
}
