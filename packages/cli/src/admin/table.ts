import type { Io } from '../io.js'

/** What a terminal might take for a command, and what would break a line. */
const controls = /\p{Cc}+/gu

const clean = (cell: string): string => cell.replace(controls, ' ').trim()

/** A row of cells. What a program would rather read is in `json`. */
export interface Row {
  cells: readonly string[]
  json: unknown
}

/** Writes a table whose last column takes what is left of a terminal's line; with `json` an object in a line each. */
export const writeTable = (
  head: readonly string[],
  rows: readonly Row[],
  { output }: Pick<Io, 'output'>,
  { json = false }: { json?: boolean | undefined },
): void => {
  if (json) for (const row of rows) output.write(`${JSON.stringify(row.json)}\n`)
  if (json || rows.length === 0) return
  const lines = [head, ...rows.map(({ cells }) => cells.map(clean))]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)))
  const columns = output.isTTY ? (output as { columns?: number }).columns : undefined
  for (const cells of lines) output.write(`${cut(align(cells, widths), columns)}\n`)
}

const align = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
    .join('  ')
    .trimEnd()

const cut = (line: string, columns: number | undefined): string =>
  columns !== undefined && line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line

/** A moment for people and programs alike. */
export const momentOf = (at: number): string => new Date(at).toISOString()
