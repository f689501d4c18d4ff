import type { Reading } from '../scenarios/index.js'
import type { Outcome } from '../sitting.js'

/** A row of the table: what was read of each peer, by its name. */
export interface Row {
  title: string
  cells: Record<string, Cell>
}

export type Cell = { reading: Reading } | { problem: string }

/** Rows in the order in which they were first read. Of several rounds the median counts. */
export const rowsOf = (outcomes: readonly Outcome[]): Row[] =>
  unique(outcomes.map(({ scenario }) => scenario)).flatMap((scenario) =>
    rowsOfScenario(
      scenario,
      outcomes.filter((outcome) => outcome.scenario === scenario),
    ),
  )

const rowsOfScenario = (scenario: string, outcomes: readonly Outcome[]): Row[] => {
  const titles = unique(outcomes.flatMap(({ readings }) => readings.map(titleOf)))
  return (titles.length > 0 ? titles : [scenario]).map((title) => ({ title, cells: cellsOf(title, outcomes) }))
}

const titleOf = ({ row, unit }: Reading): string => `${row}, ${unit}`

const cellsOf = (title: string, outcomes: readonly Outcome[]): Record<string, Cell> => {
  const cells: Record<string, Cell> = {}
  for (const peer of unique(outcomes.map((outcome) => outcome.peer))) {
    const rounds = outcomes.filter((outcome) => outcome.peer === peer)
    const readings = rounds.flatMap((round) => round.readings.filter((reading) => titleOf(reading) === title))
    const problem = rounds.find((round) => round.problem !== undefined)?.problem
    if (problem !== undefined) cells[peer] = { problem }
    else if (readings.length > 0) cells[peer] = { reading: middle(readings) }
  }
  return cells
}

/** The reading in the middle, with what all of them had to note. */
const middle = (readings: readonly Reading[]): Reading => {
  const sorted = [...readings].sort((a, b) => a.value - b.value)
  const notes = unique(readings.flatMap((reading) => reading.notes ?? []))
  return { ...(sorted[Math.floor((sorted.length - 1) / 2)] as Reading), notes }
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
