import { expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { pairsOf } from '../../src/machine/pairs.js'

const pairs = (machine: unknown): string[] =>
  pairsOf(machine as AnyStateMachine).map(({ id }) => id.replaceAll('m: ', ''))

test('a transition is followed by those of where it leads, and of the states around it', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    on: { stop: '.over' },
    states: { a: { on: { go: 'b' } }, b: { on: { back: 'a' } }, over: { type: 'final' } },
  })
  expect(pairs(machine)).toEqual([
    'a, go → b; then b, back → a',
    'a, go → b; then (root), stop → over',
    'b, back → a; then a, go → b',
    'b, back → a; then (root), stop → over',
  ])
})

test('what leads into a state that goes on by itself is followed by that alone', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    on: { stop: '.a' },
    states: {
      a: { on: { go: 'weighing' } },
      weighing: { always: [{ guard: () => true, target: 'b' }, { target: 'a' }] },
      b: {},
    },
  } as never)
  expect(pairs(machine).filter((id) => id.startsWith('a, go'))).toEqual([
    'a, go → weighing; then weighing, always #1 → b',
    'a, go → weighing; then weighing, always #2 → a',
  ])
})

test('the end of a state follows what leads to its final one, and nothing else', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'on',
    states: {
      on: {
        initial: 'a',
        onDone: 'off',
        states: { a: { on: { go: 'b', end: 'end' } }, b: {}, end: { type: 'final' } },
      },
      off: {},
    },
  })
  expect(pairs(machine)).toEqual(['on.a, end → on.end; then on, onDone → off'])
})
