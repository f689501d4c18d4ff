import { botCoverage } from '@daakia/testing/coverage'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [botCoverage({ bots: ['table-bot'], thresholds: { states: 75, transitions: 75 } })],
})
