import { botCoverage } from '@daakia/testing/coverage'
import { defineConfig } from 'vitest/config'

/** After the tests it is told what of the conversation none of them has reached. */
export default defineConfig({
  plugins: [botCoverage({ thresholds: { states: 100, transitions: 100, guards: 100 } })],
})
