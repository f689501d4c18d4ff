import { advantage, figure, times } from './figures.js'
import type { Cell, Row } from './rows.js'

/** A table of text, and what stands beneath it. */
export interface Grid {
  head: readonly string[]
  body: readonly (readonly string[])[]
  notes: readonly string[]
}

export interface Column {
  name: string
  title: string
}

/** The server whose advantage over the others is told. */
const subject = 'daakia'
/** Below this share of its core a server was not what set the pace. */
const full = 0.8
const notFull = '°'
const nothing = '–'

const notFullNote = `${notFull} the server's core was less than ${full * 100} % busy: the load, or waiting, set the pace`
const ratioNote = 'In brackets: how many times as good Daakia is; below 1 it is worse.'

/** What was measured, with how many times as good Daakia is in brackets. */
export const figureGrid = (rows: readonly Row[], columns: readonly Column[]): Grid => {
  const notes: string[] = []
  const body = rows.map((row) => [row.title, ...columns.map((column) => figureCell(row, column, notes))])
  const marks = body.some((cells) => cells.some((cell) => cell.includes(notFull))) ? [notFullNote] : []
  return { head: ['', ...columns.map(({ title }) => title)], body, notes: [ratioNote, ...marks, ...notes] }
}

const figureCell = (row: Row, { name, title }: Column, notes: string[]): string => {
  const cell = row.cells[name]
  if (cell === undefined) return nothing
  if ('problem' in cell) return `failed${footnote(notes, `${title}, ${row.title}: ${cell.problem}`)}`
  const { value, notes: remarks = [] } = cell.reading
  const ratio = name === subject ? undefined : ratioOf(cell, row.cells[subject])
  const marks = remarks.map((remark) => footnote(notes, `${title}, ${row.title}: ${remark}`))
  return `${figure(value)}${isIdle(cell) ? notFull : ''}${marks.join('')}${ratio ? ` (${ratio})` : ''}`
}

const footnote = (notes: string[], text: string): string => {
  const number = notes.push('')
  notes[number - 1] = `[${number}] ${text}`
  return ` [${number}]`
}

const ratioOf = (cell: Cell, own: Cell | undefined): string | undefined => {
  if (!own || !('reading' in own) || !('reading' in cell)) return undefined
  return times(advantage(cell.reading.better, own.reading.value, cell.reading.value))
}

const isIdle = (cell: Cell): boolean =>
  'reading' in cell && cell.reading.better === 'more' && (cell.reading.cost?.serverBusy ?? 1) < full

/** What each event cost the server, in microseconds of processor time. */
export const costGrid = (rows: readonly Row[], columns: readonly Column[]): Grid => ({
  head: ['server processor time, µs', ...columns.map(({ title }) => title)],
  body: rows
    .filter(hasCost)
    .map((row) => [perEvent(row.title), ...columns.map(({ name }) => costCell(row.cells[name]))]),
  notes: [],
})

const hasCost = (row: Row): boolean => Object.values(row.cells).some((cell) => 'reading' in cell && cell.reading.cost)

const costCell = (cell: Cell | undefined): string =>
  cell && 'reading' in cell && cell.reading.cost ? figure(cell.reading.cost.cpuMicros) : nothing

/** `QoS 0, 10 pairs, msgs/s` names a rate; its cost is that of one. */
const perEvent = (title: string): string =>
  title
    .replace(/, p50, ms$/, '')
    .replace(/ies\/s$/, 'y')
    .replace(/s\/s$/, '')
    .replace(/, ([a-z]+)$/, ', per $1')
