import { expect, test } from 'vitest'
import { botCoverage } from '../../src/coverage.js'

test('options that can not be used are named', () => {
  expect(() => botCoverage({ thresholds: { states: 101 } })).toThrow(
    'thresholds.states: 101 is no number from 0 to 100',
  )
  expect(() => botCoverage({ thresholds: { lines: 1 } as object })).toThrow(
    'thresholds: "lines" is none of states, transitions, guards, choices',
  )
  expect(() => botCoverage({ reports: ['pdf' as 'text'] })).toThrow('reports: "pdf" is none of text, json, html')
})
