import { StateDoesNotFit } from '../engine/errors.js'
import { LeaseGone } from '../turn/port.js'
import type { TurnContext } from './port.js'

/**
 * What became of a turn. `committed`; `failed`: rolled back, and tried again; `parked`: its state does not fit the code;
 * `lost`: its lease went to another instance, which does it; `unknown`: whether its commit was applied, the next lease
 * tells.
 */
export type Outcome = 'committed' | 'failed' | 'parked' | 'lost' | 'unknown'

/** How a turn went, to be told. */
export interface Report {
  outcome: Outcome
  durationMs: number
  /** What it failed with; absent where it did not. */
  error?: unknown
}

/**
 * Milliseconds that count up, from any moment.
 *
 * @example
 * const elapsed: Stopwatch = () => Number(process.hrtime.bigint()) / 1e6
 * logging({ log: pino(), elapsed })
 */
export type Stopwatch = () => number
export const stopwatch: Stopwatch = () => performance.now()

/** Does a turn, and reports of it. */
export async function reporting(
  turn: TurnContext,
  next: () => Promise<void>,
  { elapsed, tell }: { elapsed: Stopwatch; tell(report: Report): void },
): Promise<void> {
  const begun = elapsed()
  try {
    await next()
  } catch (error) {
    tell({ outcome: failureOf(error), durationMs: elapsed() - begun, error })
    throw error
  }
  tell({ outcome: turn.committed ? 'committed' : 'unknown', durationMs: elapsed() - begun })
}

function failureOf(error: unknown): Outcome {
  if (error instanceof LeaseGone) return 'lost'
  return error instanceof StateDoesNotFit ? 'parked' : 'failed'
}
