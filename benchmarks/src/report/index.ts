import { describeMachine, type Machine } from '../machine.js'
import type { Outcome } from '../sitting.js'
import { type Column, costGrid, figureGrid } from './grid.js'
import { rowsOf } from './rows.js'
import { markdownTable, textTable } from './text.js'

export interface Report {
  machine: Machine
  outcomes: readonly Outcome[]
  columns: readonly Column[]
  seconds: number
  rounds: number
}

/** What `docs/reference/performance.md` shows, or the same as plain text. */
export const write = (report: Report, { markdown }: { markdown: boolean }): string => {
  const rows = rowsOf(report.outcomes)
  const table = markdown ? markdownTable : textTable
  const columns = report.columns.map((column) => ({ ...column, title: withVersion(column, report.machine) }))
  const costs = costGrid(rows, report.columns)
  const tables = costs.body.length > 0 ? [figureGrid(rows, columns), costs] : [figureGrid(rows, columns)]
  return [preface(report), ...tables.map(table)].join('\n\n')
}

const withVersion = ({ name, title }: Column, { versions }: Machine): string =>
  `${title} ${versions[name] ?? ''}`.trimEnd()

const preface = ({ machine, seconds, rounds }: Report): string =>
  `${describeMachine(machine)}. ${seconds} s for each figure${rounds > 1 ? `, median of ${rounds} rounds` : ''}.`
