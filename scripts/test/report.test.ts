import { describe, expect, test } from 'vitest'
import { objections, summarise } from '../lib/report.mjs'

const file = (status: string, ...tests: [fullName: string, status: string][]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
})

describe('the summary of a test run', () => {
  test('adds up the tests of all files', () => {
    const report = { testResults: [file('passed', ['a', 'passed']), file('failed', ['b', 'passed'], ['c', 'failed'])] }
    expect(summarise(report)).toEqual({ passed: 2, failed: 1, skipped: [] })
  })

  test('counts a file that could not be loaded as a failure', () => {
    expect(summarise({ testResults: [file('failed')] })).toMatchObject({ passed: 0, failed: 1 })
  })

  test('counts a file whose set-up failed, so that its tests were skipped, as a failure', () => {
    expect(summarise({ testResults: [file('failed', ['a', 'pending'])] })).toMatchObject({ failed: 1, skipped: ['a'] })
  })
})

describe('a run is no success', () => {
  const clean = { passed: 3, failed: 0, skipped: [] }

  test('where a test was skipped or is yet to be written', () => {
    const { skipped } = summarise({ testResults: [file('passed', ['a', 'skipped'], ['b', 'todo'], ['c', 'passed'])] })
    expect(objections({ ...clean, skipped }, 0)).toEqual(['skipped: a', 'skipped: b'])
  })

  test('where no test ran', () => {
    expect(objections({ passed: 0, failed: 0, skipped: [] }, 1)).toContain('no test ran')
  })

  test('where the runner objects although no test failed, as it does after an unhandled error', () => {
    expect(objections(clean, 1)).toHaveLength(1)
  })

  test('but is one where every test passed', () => {
    expect(objections(clean, 0)).toEqual([])
  })
})
