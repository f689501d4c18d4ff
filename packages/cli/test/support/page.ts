import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.js'

/** A block of code on a page. */
export interface Block {
  language: string
  text: string
}

/** A page of the documentation, by its path from the root. */
export const readPage = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The blocks of code of a page, in order. */
export const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }))

/** The cells of all rows of the tables that have a column of this name, by the names of their columns. */
export const rowsOf = (page: string, column: string): Record<string, string>[] => {
  const tables = page.match(/(?:^\|.*\n)+/gm) ?? []
  return tables.flatMap((table) => {
    const [head = [], , ...rows] = table.trimEnd().split('\n').map(cellsOf)
    return head.includes(column)
      ? rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])))
      : []
  })
}

/** A bar within a cell is written as `\|`. */
const cellsOf = (row: string): string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
