import { botCoverage } from '@daakia/testing/coverage'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // After the tests it is told what of the conversation none of them has reached.
  plugins: [botCoverage({ reports: ['text'] })],
  // Files share processes, which are warm: a test begins with a server and a bot of its own.
  test: { isolate: false, maxWorkers: '100%' },
})
