import { expect, test } from 'vitest'
import { runTests } from '../support/failing.js'

test('a sweep that nobody awaits fails its test, at its line', { timeout: 120_000 }, async () => {
  const program = 'packages/testing/test/faults/support/forgetful.ts'
  const told = (await runTests(program)).map(({ name, errors }) => ({
    name,
    told: errors.map(({ message, stacks }) => `${message}, at line ${stacks[0]?.line}`),
  }))
  expect(told).toEqual([
    {
      name: 'a crash sweep is not awaited',
      told: ['The test forgets to await: write "await crashSweep(…)"., at line 12'],
    },
    {
      name: 'nor is a loss sweep, of a conversation that goes wrong',
      told: ['The test forgets to await: write "await lossSweep(…)"., at line 16'],
    },
    { name: 'one is returned', told: [] },
    { name: 'one is awaited later', told: [] },
  ])
})

test('one that goes wrong fails the run where tests run at once', { timeout: 120_000 }, async () => {
  const told = await runTests('packages/testing/test/faults/support/forgetful-at-once.ts')
  expect(
    told.map(({ name, errors }) => [name, errors.map(({ message }) => message.includes('It goes wrong.'))]),
  ).toEqual([
    ['one is not awaited, in a test that runs beside others', []],
    ['one is awaited', [true]],
    ['Unhandled Rejection', [true]],
  ])
})
