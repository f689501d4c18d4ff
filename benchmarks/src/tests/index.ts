import { availableParallelism } from 'node:os'
import { textTable } from '../report/text.js'
import type { Sitting } from '../sitting.js'
import { scenarioFiles } from './scenario-files.js'
import { runVitest } from './vitest.js'

const scenarios = 1_000
/** Vitest hands whole files to its workers, each of which begins cold. */
const files = availableParallelism()

/** How long the tests of a bot take, as people run them: by the command line of vitest, on all cores. */
export interface TestsResult {
  scenarios: number
  /** From the first test to the end of the last one. */
  seconds: number
  /** With the start of vitest and of its workers. */
  secondsInAll: number
}

/** Measures tests of `examples/order`, each with a harness of its own. */
export const tests = async ({ sitting, say }: { sitting: Sitting; say(text: string): void }): Promise<TestsResult> => {
  say(`${scenarios.toLocaleString('en-US')} conversations of six turns, each with a server and a bot of its own …`)
  const { seconds, secondsInAll } = await runVitest(scenarioFiles({ scenarios, files }), sitting)
  return { scenarios, seconds, secondsInAll }
}

export const describeTests = ({ scenarios, seconds, secondsInAll }: TestsResult): string =>
  textTable({
    head: ['', 'seconds', 'with the start of vitest'],
    body: [
      [
        `${scenarios.toLocaleString('en-US')} conversations of six turns, in memory`,
        seconds.toFixed(1),
        secondsInAll.toFixed(1),
      ],
    ],
    notes: [],
  })
