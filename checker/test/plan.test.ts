import { expect, test } from 'vitest'
import { type CheckerOptions, plan } from '../src/checker.js'
import { faultKinds } from '../src/faults/fault.js'

const options: CheckerOptions = {
  seed: '1',
  durationMs: 60_000,
  areas: ['messages', 'turns', 'timers'],
  faults: faultKinds,
  rate: 30,
  faultRate: 1,
}

const textOf = (made: ReturnType<typeof plan>) => [
  ...made.ops.map(({ atMs, text }) => `${atMs} ${text}`),
  ...made.faults.map((fault) => JSON.stringify(fault)),
]

test('the same seed gives the same operations and faults', () => {
  expect(textOf(plan(options))).toEqual(textOf(plan(options)))
  expect(plan(options).digest).toBe(plan(options).digest)
})

test('another seed gives others', () => {
  expect(plan({ ...options, seed: '2' }).digest).not.toBe(plan(options).digest)
})

test('what one area does is the same whatever faults there are', () => {
  const ops = (made: ReturnType<typeof plan>) => made.ops.map(({ atMs, text }) => `${atMs} ${text}`)
  expect(ops(plan({ ...options, faults: [] }))).toEqual(ops(plan(options)))
})

test('faults of one target do not overlap', () => {
  const until = new Map<string, number>()
  for (const { atMs, lastsMs, fault } of plan({ ...options, faultRate: 20 }).faults) {
    expect(atMs).toBeGreaterThanOrEqual(until.get(fault.target) ?? 0)
    until.set(fault.target, atMs + lastsMs)
  }
})

test('only the kinds of faults that were chosen are planned', () => {
  const kinds = plan({ ...options, faults: ['kill', 'clock'], faultRate: 5 }).faults.map(({ fault }) => fault.kind)
  expect(new Set(kinds)).toEqual(new Set(['kill', 'clock']))
})

test('nobody does anything after the end', () => {
  const { ops, faults } = plan(options)
  expect(Math.max(...[...ops, ...faults].map(({ atMs }) => atMs))).toBeLessThanOrEqual(options.durationMs)
})
