import { defineConfig } from 'vitest/config'
import built from '../../support/vitest.built.config.js'

const { '@daakia/testing/coverage': coverage } = JSON.parse(process.env.PACKAGES ?? '{}')
const { botCoverage }: typeof import('../../../src/coverage.js') = await import(coverage)

/** For the runs that `project.ts` starts. */
export default defineConfig({
  ...built,
  root: process.cwd(),
  plugins: [botCoverage(JSON.parse(process.env.COVERAGE ?? '{}'))],
  test: { include: [process.env.INCLUDE ?? ''], testTimeout: 30_000 },
})
