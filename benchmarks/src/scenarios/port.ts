import type { Cost, Rate } from '../load/rate.js'
import type { Rig } from '../load/rig.js'
import type { Ability } from '../peers/index.js'

/** Something that is measured, of each peer that is able to. */
export interface Scenario {
  /** As `--only` takes it. */
  name: string
  needs: readonly Ability[]
  /** Connections are TLS. */
  secure?: boolean
  measure(rig: Rig): Promise<Reading[]>
}

/** One cell of the table. */
export interface Reading {
  /** What was measured: names the row. */
  row: string
  value: number
  unit: string
  better: 'more' | 'less'
  cost?: Cost | undefined
  /** What the reader of the figure must know. */
  notes?: string[]
}

export const rateReading = (row: string, unit: string, { value, cost }: Rate, notes: string[] = []): Reading => ({
  row,
  value,
  unit,
  better: 'more',
  cost,
  notes,
})
