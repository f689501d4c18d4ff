/** Edits within which a word is taken for a slip of another one. */
const mostEdits = 3

/** The one of `known` that was most likely meant by `word`; `undefined` where none is near. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const near = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.min(mostEdits, Math.floor(candidate.length / 2)))
  return near.sort((one, other) => one.edits - other.edits)[0]?.candidate
}

/** The number of letters to add, drop or change (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...from].entries()) row = nextRow(row, index + 1, letter, to)
  return row[to.length] ?? 0
}

const nextRow = (above: readonly number[], first: number, letter: string, to: string): number[] => {
  const row = [first]
  for (let column = 1; column <= to.length; column++) {
    const changed = at(above, column - 1) + (to[column - 1] === letter ? 0 : 1)
    row.push(Math.min(changed, at(above, column) + 1, at(row, column - 1) + 1))
  }
  return row
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY
