import { defineConfig } from 'vitest/config'
import sources from '../../../../../vitest.sources.config.js'
import { botCoverage } from '../../../src/coverage.js'

/** For the runs that `project.ts` starts: they take this package from its sources. */
export default defineConfig({
  resolve: sources.resolve ?? {},
  root: process.cwd(),
  plugins: [botCoverage(JSON.parse(process.env.COVERAGE ?? '{}'))],
  test: { include: [process.env.INCLUDE ?? ''], testTimeout: 30_000 },
})
