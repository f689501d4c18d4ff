import { expect, test } from 'vitest'
import { timerChanges } from '../../src/turn/timer-changes.js'

const timer = (id: string, due: number) => ({ id, due, name: id, source: [], target: [], event: { type: id } })
const none = new Set<string>()

test('a new timer is set, with its delay from the time that the server said', () => {
  expect(timerChanges([], [timer('a', 150)], none, 100)).toEqual({ set: [{ id: 'a', delayMs: 50 }], cancel: [] })
})

test('one that stays as it was is not mentioned', () => {
  expect(timerChanges([timer('a', 150)], [timer('a', 150)], none, 100)).toEqual({ set: [], cancel: [] })
})

test('one that is put off is set anew', () => {
  const changes = timerChanges([timer('a', 150)], [timer('a', 200)], none, 100)
  expect(changes).toEqual({ set: [{ id: 'a', delayMs: 100 }], cancel: [] })
})

test('one that is gone is cancelled, and so is one that only the server knows, once it was named', () => {
  expect(timerChanges([timer('a', 150)], [], new Set(['b']), 100)).toEqual({ set: [], cancel: ['a', 'b'] })
})

test('one that fired and is set for the very same moment is set anew', () => {
  const changes = timerChanges([timer('a', 100)], [timer('a', 100)], new Set(['a']), 100)
  expect(changes).toEqual({ set: [{ id: 'a', delayMs: 0 }], cancel: [] })
})

test('one that is overdue has no negative delay', () => {
  expect(timerChanges([], [timer('a', 90)], none, 100).set).toEqual([{ id: 'a', delayMs: 0 }])
})
