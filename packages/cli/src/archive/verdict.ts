import type { Io, Status } from '../io.js'
import { attempt } from './attempt.js'
import type { ProgressLine } from './progress-line.js'

const whole: Status = 0
const broken: Status = 1
const unknown: Status = 2

/**
 * Looks whether something is whole.
 *
 * @returns 0 where it is; 1 where something is not; 2 where it could not look, which is told on `io.errors`
 */
export const verdict = async (
  io: Io,
  look: (line: ProgressLine) => Promise<{ problemCount: number }>,
): Promise<Status> => {
  let status = unknown
  await attempt(io, async (line) => {
    const { problemCount } = await look(line)
    status = problemCount === 0 ? whole : broken
    return status
  })
  return status
}
