import { expect, test } from 'vitest'
import { runTests } from '../support/failing.js'

test('the bot of the page does harm in some order', { timeout: 60_000 }, async () => {
  const [race] = await runTests('docs/code/how-to/run-races/races.ts')
  expect(race?.errors[0]?.message).toMatch(
    /^expected -1 to be \+?0.*\nIn the order \d+ of 100: .*\nAgain: DAAKIA_SEED=\d+ npx/,
  )
})
