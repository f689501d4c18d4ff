import { parse } from '@babel/parser'
import { expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { described } from '../../../src/coverage/described.js'
import { machinesIn } from '../../../src/coverage/source/machines-in.js'
import { placesOf } from '../../../src/coverage/source/places.js'

/** Where the targets of a machine stand in a source, by their ids. */
const placesIn = (machine: unknown, ...sources: readonly string[]): Record<string, string> => {
  const { machines, targets } = described(machine as AnyStateMachine)
  const written = sources.flatMap((source, index) =>
    machinesIn(`${index}.ts`, parse(source, { sourceType: 'module', plugins: ['typescript'] }).program),
  )
  const counted = targets.map((target) => ({ target, count: 0 }))
  const places = placesOf({ bot: 'b', machines, counted }, written)
  return Object.fromEntries([...places].map(([id, { file, line }]) => [id, `${file}:${line}`]))
}

const plain = { id: 'm', initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } } as const

test('states, transitions and guards stand where their property does, or their place in a list', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { go: [{ guard: 'isOpen', target: 'b' }, 'b'] }, after: { 900000: 'b' } },
      b: { invoke: [{ src: 'x' }, { id: 'y', src: 'y', onDone: 'a' }], always: { guard: 'isOpen', target: 'a' } },
    },
  } as never)
  const source = `export const machine = createMachine({
  id: 'm', initial: 'a',
  states: {
    a: {
      on: { go: [
        { guard: 'isOpen',
          target: 'b' },
        'b',
      ] },
      after: {
        900_000: 'b',
      },
    },
    b: {
      invoke: [{ src: 'x' }, { id: 'y', src: 'y',
        onDone: 'a' }],
      always: {
        target: 'a',
        guard: 'isOpen' },
    },
  },
})`
  expect(placesIn(machine, source)).toEqual({
    'm: a': '0.ts:4',
    'm: b': '0.ts:14',
    'm: a, go #1 → b': '0.ts:6',
    'm: a, go #2 → b': '0.ts:8',
    'm: a, after 15m → b': '0.ts:11',
    'm: b, onDone of y → a': '0.ts:16',
    'm: b, always → a': '0.ts:17',
    'm: a, go #1 → b, if isOpen is true': '0.ts:6',
    'm: a, go #1 → b, if isOpen is false': '0.ts:6',
    'm: b, always → a, if isOpen is true': '0.ts:19',
    'm: b, always → a, if isOpen is false': '0.ts:19',
  })
})

test('what a constant of the same file stands for is followed, and types are looked through', () => {
  const source = `const a = { on: { go: 'b' } } as const
const config = {
  id: 'm', initial: 'a',
  states: { a,
    b: {} },
} satisfies object
export const machine = createMachine(config)`
  expect(placesIn(createMachine(plain), source)).toEqual({
    'm: a': '0.ts:4',
    'm: b': '0.ts:5',
    'm: a, go → b': '0.ts:1',
  })
})

test('nothing is said of what may be another thing: after a spread, under a made-up name, or of a name with two meanings', () => {
  const spread = `createMachine({ id: 'm', initial: 'a', states: {
    a: { on: { go: 'b' }, ...more },
    b: {} } })`
  expect(placesIn(createMachine(plain), spread)).toEqual({ 'm: a': '0.ts:2', 'm: b': '0.ts:3' })
  const madeUp = `createMachine({ id: 'm', initial: 'a', states: { a: { on: { [name]: 'b' } }, b: {} } })`
  expect(placesIn(createMachine(plain), madeUp)).not.toHaveProperty('m: a, go → b')
  const two = `const on = { go: 'b' }
const other = (on) => createMachine({ id: 'm', initial: 'a', states: { a: { on }, b: {} } })`
  expect(placesIn(createMachine(plain), two)).not.toHaveProperty('m: a, go → b')
})

test('a machine without an id that is written out is known by its states', () => {
  const source = `const make = (id) => createMachine({ id, initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } })`
  const other = `const make = (id) => createMachine({ id, initial: 'a', states: { a: {}, c: {} } })`
  const unknown = 'const make = (config) => createMachine({ ...config, states: { ...config.states } })'
  expect(placesIn(createMachine(plain), other, source, unknown)).toHaveProperty('m: a, go → b', '1.ts:1')
})

test('nothing is said where two places may be meant, or none has its states', () => {
  const source = `createMachine({ id: 'm', initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } })`
  expect(placesIn(createMachine(plain), source, source)).toEqual({})
  expect(placesIn(createMachine({ ...plain, states: { ...plain.states, c: {} } } as never), source)).toEqual({})
  expect(placesIn(createMachine(plain))).toEqual({})
})
