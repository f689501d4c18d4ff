import { botCoverage } from '@daakia/testing/coverage'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // After the tests it is told what of the conversation none of them has reached.
  plugins: [botCoverage({ thresholds: { states: 100, transitions: 100, guards: 100 } })],
  // Files share processes, which are warm: a test begins with a server and a bot of its own.
  test: { isolate: false, maxWorkers: '100%' },
})
