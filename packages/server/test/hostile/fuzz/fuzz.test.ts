import fc from 'fast-check'
import { expect, it } from 'vitest'
import { script } from './actions.js'
import { play } from './play.js'

/**
 * Whole connections at random, for DAAKIA_FUZZ_SECONDS (10 where it is not set). What fails is told with its seed and
 * path: DAAKIA_FUZZ_SEED and DAAKIA_FUZZ_PATH play it again.
 */
const { DAAKIA_FUZZ_SECONDS = '10', DAAKIA_FUZZ_SEED, DAAKIA_FUZZ_PATH } = process.env
const limitMs = Number(DAAKIA_FUZZ_SECONDS) * 1000

const parameters = {
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: limitMs,
  ...(DAAKIA_FUZZ_SEED && { seed: Number(DAAKIA_FUZZ_SEED) }),
  ...(DAAKIA_FUZZ_PATH && { path: DAAKIA_FUZZ_PATH }),
}

it('serves its well-behaved clients, and speaks the protocol to all others, whatever these send', {
  timeout: limitMs * 2 + 60_000,
}, async () => {
  let runs = 0
  const property = fc.asyncProperty(script, async (actions) => {
    runs++
    expect(await play(actions)).toEqual([])
  })
  await fc.assert(property, parameters)
  expect(runs).toBeGreaterThan(limitMs / 1000)
})
