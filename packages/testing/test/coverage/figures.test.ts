import { expect, test } from 'vitest'
import { percentOf } from '../../src/coverage/figures.js'
import { merged } from '../../src/coverage/merged.js'
import type { Target } from '../../src/machine/targets.js'

const state = (name: string): Target => ({ kind: 'state', id: `m: ${name}`, machine: 'm', path: [name] })
const collected = (bot: string, names: string, counts: Record<string, number>) => ({
  ...{ bot, machines: [], targets: [...names].map(state) },
  counts,
})

test('only all of it is a hundred percent, and so is all of nothing', () => {
  expect(percentOf({ reached: 99_999, total: 100_000 })).toBe(99.99)
  expect(percentOf({ reached: 3, total: 3 })).toBe(100)
  expect(percentOf({ reached: 0, total: 0 })).toBe(100)
})

test('a bot that several files have run is one, and two of one id that are not the same are apart', () => {
  const all = merged([
    collected('one', 'ab', { 'm: a': 1 }),
    collected('one', 'abc', { 'm: c': 1 }),
    collected('one', 'ab', { 'm: a': 2, 'm: b': 1 }),
  ])
  expect(all.map(({ bot, counted }) => [bot, ...counted.map(({ count }) => count)])).toEqual([
    ['one', 3, 1],
    ['one (2)', 0, 0, 1],
  ])
})
