/** Reads page after page, until there is no more or `most` items are there. */
export const allPages = async <T>(
  read: (query: { after?: string; limit: number }) => Promise<{ items: readonly T[]; next?: string | undefined }>,
  most: number,
): Promise<readonly T[]> => {
  const all: T[] = []
  let after: string | undefined
  do {
    const limit = Math.min(largestPage, most - all.length)
    const { items, next } = await read({ limit, ...(after !== undefined && { after }) })
    all.push(...items)
    after = next
  } while (after !== undefined && all.length < most)
  return all
}

/** The most that the server puts on a page. */
const largestPage = 1_000
