import { defineConfig } from 'vitest/config'
import sources from '../../../../../vitest.config.js'
import { botCoverage } from '../../../src/coverage.js'

/** A project of its own, which `project.ts` writes: it takes this package from its sources. */
export default defineConfig({
  resolve: sources.resolve ?? {},
  root: process.cwd(),
  plugins: [botCoverage(JSON.parse(process.env.COVERAGE ?? '{}'))],
  test: { include: ['**/*.case.ts'], testTimeout: 30_000 },
})
