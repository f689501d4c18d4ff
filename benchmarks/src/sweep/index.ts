import { textTable } from '../report/text.js'
import type { Sitting } from '../sitting.js'
import { runVitest } from '../tests/vitest.js'
import { pointsBy, sweepFiles, titleOf, transports } from './sweep-files.js'

/** How long the crash sweep of a conversation of twelve turns takes, as people run it: by the command line of vitest. */
export interface SweepResult {
  transport: string
  points: number
  /** From the first line of the test to the last, with all that is done for the first time. */
  seconds: number
}

/** Measures one transport after the other, each with a start of vitest, so that none is warmed up by the one before. */
export const sweep = async ({
  sitting,
  say,
}: {
  sitting: Sitting
  say(text: string): void
}): Promise<SweepResult[]> => {
  const results: SweepResult[] = []
  for (const transport of transports) {
    say(`A crash sweep over twelve turns: ${transport} …`)
    const { secondsOf } = await runVitest(sweepFiles(transport), sitting)
    results.push({ transport, points: pointsBy(transport), seconds: secondsOf.get(titleOf(transport)) ?? Number.NaN })
  }
  return results
}

export const describeSweep = (results: readonly SweepResult[]): string =>
  textTable({
    head: ['crash sweep over twelve turns', 'points', 'seconds'],
    body: results.map(({ transport, points, seconds }) => [transport, String(points), seconds.toFixed(1)]),
    notes: [],
  })
