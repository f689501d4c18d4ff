import { join } from 'node:path'
import { areas as allAreas } from './areas/index.js'
import type { FaultChoice } from './faults/fault.js'
import { Recorder } from './history/recorder.js'
import { makePlan, type Plan } from './plan/plan.js'
import { judge, type Verdict } from './report/verdict.js'
import type { RedisKind } from './rig/ground/index.js'
import type { Programs } from './rig/rig.js'
import { run } from './run/run.js'

export interface CheckerOptions {
  seed: string
  durationMs: number
  /** Names of areas. */
  areas: readonly string[]
  faults: readonly FaultChoice[]
  /** Processes of the server. */
  nodes?: number
  /** What they share; one alone may have a folder. */
  redis?: RedisKind | undefined
  /** How many replicas of a Cluster have to have what is written: 1 where nothing else is said. */
  replicas?: number
  /** What is stored in a Redis is divided into so many; as many as the server likes where nothing is said. */
  partitions?: number | undefined
  /** Operations a second. */
  rate: number
  /** Faults a second. */
  faultRate: number
}

export interface RunParts {
  plan: Plan
  options: CheckerOptions
  /** How a person plays it again: stands in the history. */
  command: string
  /** Empty; the history, the server's data and what the processes complain about go there. */
  folder: string
  programs: Programs
  /** How long a bot has a turn, unless it renews that. */
  leaseMs: number
  /** How long nothing may happen when the faults are over and something is left. */
  patienceMs: number
  progress(text: string): void
  aborted: AbortSignal
}

export interface Checked extends Verdict {
  /** What ended the run before its end. */
  error: Error | undefined
  /** Path of the history. */
  history: string
}

export const plan = (options: CheckerOptions): Plan => makePlan({ ...options, areas: chosen(options) })

/** Plays the plan against the programs, and judges the history. What goes wrong in between is in the answer. */
export const check = async (parts: RunParts): Promise<Checked> => {
  const { options, folder, command } = parts
  const areas = chosen(options)
  const history = join(folder, 'history.jsonl')
  const header = { format: 'daakia-checker-history', version: 1, plan: parts.plan.digest } as const
  const recorder = new Recorder(history, { ...header, command, areas: options.areas })
  let error: Error | undefined
  try {
    await run({ ...parts, areas, recorder })
  } catch (reason) {
    error = reason instanceof Error ? reason : new Error(String(reason))
  } finally {
    await recorder.close()
  }
  return { ...judge(recorder.events, options.areas), error, history }
}

const chosen = ({ areas }: CheckerOptions) => allAreas.filter(({ name }) => areas.includes(name))
