/** The blocks of code of a page that are in this language, in order. */
export const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language).map(([, , text = '']) => text)

/**
 * Whether a program has all lines of an excerpt, in this order, and all of them indented by as much more. Lines in between
 * may be left out. The last line of a block may lack its comma.
 */
export const isExcerpt = (excerpt: string, program: string): boolean => {
  const wanted = linesOf(excerpt).filter((line) => line.trim() !== '' && line.trim() !== '// …')
  const lines = linesOf(program)
  return [0, 2, 4, 6, 8, 10, 12].some((more) => isIn(wanted, lines, ' '.repeat(more)))
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/,?\s*$/, ''))

const isIn = (wanted: readonly string[], lines: readonly string[], indent: string): boolean => {
  let from = 0
  return wanted.every((line) => {
    from = lines.indexOf(indent + line, from) + 1
    return from > 0
  })
}
