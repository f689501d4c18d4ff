import type { Grid } from './grid.js'

/** Plain text with aligned columns. */
export const textTable = ({ head, body, notes }: Grid): string => {
  const lines = [head, ...body]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] as string).length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] as number, column))
      .join('  ')
      .trimEnd()
  return [...lines.map(line), ...notes].join('\n')
}

const pad = (cell: string, width: number, column: number): string =>
  column === 0 ? cell.padEnd(width) : cell.padStart(width)

/** A table of GitHub's Markdown, figures to the right. */
export const markdownTable = ({ head, body, notes }: Grid): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '--:')))
  const table = [line(head), rule, ...body.map(line)].join('\n')
  return notes.length === 0
    ? table
    : `${table}\n\n${notes
        .map((note) => `${note}  `)
        .join('\n')
        .trimEnd()}`
}
