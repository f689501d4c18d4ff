import type { AnyStateMachine } from 'xstate'
import type { AnyOptions, Explored } from '../../../src/explore/options.js'
import { plan } from '../../../src/explore/plan.js'
import type { PlannedTest } from '../../../src/explore/planned-test.js'

/** Where a test would have explored. */
export const site = '    at /somewhere/paths.test.ts:1:1'

export type Given = Omit<AnyOptions, 'expect'> & Partial<Pick<AnyOptions, 'expect'>>

/** The tests that exploring would make. */
export const planned = (explored: Explored<AnyStateMachine>, options: Given): Promise<readonly PlannedTest[]> =>
  plan(explored, { expect: {}, ...options }, site)

/** How each test fails, without how to play it again, by its name; those that pass are not in it. */
export const failuresOf = async (tests: readonly PlannedTest[]): Promise<Readonly<Record<string, string>>> => {
  const failures: Record<string, string> = {}
  for (const { name, run } of tests)
    await run().catch((error: Error) => {
      failures[name] = error.message.replace(/\n\nAgain: .*$/, '')
    })
  return failures
}

/** The same, of what exploring would make. */
export const failures = async (explored: Explored<AnyStateMachine>, options: Given) =>
  failuresOf(await planned(explored, options))
