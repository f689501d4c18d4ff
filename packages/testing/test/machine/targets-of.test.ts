import { ask, conversations, fill, type Heard, type RunInput, type Said } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { type AnyStateMachine, and, not, or, setup } from 'xstate'
import * as z from 'zod/mini'
import { targetsOf } from '../../src/machine/targets-of.js'
import { idsOf } from './support/walked.js'

const types = {} as { input: RunInput; events: Heard; emitted: Said }
const base = setup({
  types,
  guards: { isOpen: () => true, isLate: () => false },
  delays: { aDay: 86_400_000 },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    order: fill({
      schema: z.object({ dish: z.enum(['pizza', 'salad']), address: z.string() }),
      ask: { dish: 'What?', address: 'Where to?' },
    }),
  },
})

test('states are targets: of regions and within each other, and neither the root nor what remembers', () => {
  const machine = base.createMachine({
    id: 'shop',
    initial: 'both',
    states: {
      both: {
        type: 'parallel',
        states: { left: { initial: 'one', states: { one: {}, two: {} } }, right: {}, back: { type: 'history' } },
      },
      over: { type: 'final' },
    },
  })
  expect(idsOf(machine, 'state')).toEqual([
    'shop: both',
    'shop: both.left',
    'shop: both.left.one',
    'shop: both.left.two',
    'shop: both.right',
    'shop: over',
  ])
})

test('transitions are named as their author would: by event, delay, invoke, and their place among alternatives', () => {
  const machine = base.createMachine({
    id: 'shop',
    initial: 'asking',
    on: { cancel: '.over', '*': { actions: () => {} }, 'order.*': '.asking' } as never,
    states: {
      asking: {
        invoke: { id: 'size', src: 'size', onDone: 'waiting', onError: 'over' },
        onDone: 'over',
        initial: 'quick',
        states: { quick: { always: { guard: 'isLate', target: 'done' } }, done: { type: 'final' } },
      },
      waiting: {
        after: { aDay: 'over', 900000: { target: 'waiting', reenter: true } },
        on: { message: [{ guard: 'isOpen', target: 'over' }, { target: 'asking' }], help: {} },
      },
      over: { type: 'final' },
    },
  })
  expect(idsOf(machine, 'transition')).toEqual([
    'shop: (root), cancel → over',
    'shop: (root), *',
    'shop: (root), order.* → asking',
    'shop: asking, onDone → over',
    'shop: asking, onDone of size → waiting',
    'shop: asking, onError of size → over',
    'shop: asking.quick, always → asking.done',
    'shop: waiting, message #1 → over',
    'shop: waiting, message #2 → asking',
    'shop: waiting, after 15m → waiting',
    'shop: waiting, after aDay → over',
  ])
})

test('a guard is two targets, and so is each part of one that is made of others', () => {
  const machine = base.createMachine({
    id: 'shop',
    initial: 'asking',
    states: {
      asking: {
        on: {
          message: { guard: ({ event }) => event.text === 'yes', target: 'over' },
          help: { guard: or([and(['isOpen', 'isLate']), not('isLate')]), target: 'over' },
        },
      },
      over: {},
    },
  })
  const [, , ...ofHelp] = idsOf(machine, 'guard')
  expect(idsOf(machine, 'guard').slice(0, 2)).toEqual([
    'shop: asking, message → over, if its guard is true',
    'shop: asking, message → over, if its guard is false',
  ])
  expect(ofHelp).toEqual(
    [true, false].flatMap((outcome) => [
      `shop: asking, help → over, if or(and(isOpen, isLate), not(isLate)) is ${outcome}`,
      `shop: asking, help → over, if isOpen (1.1) is ${outcome}`,
      `shop: asking, help → over, if isLate (1.2) is ${outcome}`,
      `shop: asking, help → over, if isLate (2.1) is ${outcome}`,
    ]),
  )
})

test('what questions offer are targets, and their own machines are none', () => {
  const machine = base.createMachine({
    id: 'shop',
    initial: 'one',
    states: { one: { invoke: { src: 'size', onDone: 'two' } }, two: { invoke: { src: 'order' } } },
  })
  expect(idsOf(machine, 'choice')).toEqual([
    'shop: size is small',
    'shop: size is large',
    'shop: order.dish is pizza',
    'shop: order.dish is salad',
  ])
  expect(new Set(targetsOf(machine).map((target) => target.machine))).toEqual(new Set(['shop']))
})

test('machines that a machine may start are in it, each once, and apart where they have one id', () => {
  const inner = () => setup({ types }).createMachine({ id: 'inner', initial: 'a', states: { a: {} } })
  const one = inner()
  const other = inner()
  const inPlace = setup({ types }).createMachine({ initial: 'c', states: { c: {} } })
  const machine = setup({ types, actors: { one, again: one, other } }).createMachine({
    id: 'outer',
    initial: 'b',
    states: { b: { invoke: [{ src: 'one' }, { id: 'placed', src: inPlace }] } },
  } as never) as unknown as AnyStateMachine
  expect(idsOf(machine, 'state')).toEqual(['outer: b', 'inner: a', 'outer/other: a', 'outer/placed: c'])
})

test('of several conversations it is a target to begin each by its event, and nothing else of what holds them', () => {
  const part = (id: string) =>
    setup({ types }).createMachine({ id, initial: 'told', states: { told: { type: 'final' } } })
  const machine = conversations({
    id: 'support',
    conversations: { hours: { machine: part('hours'), on: ['hours'] }, welcome: { machine: part('welcome'), on: [] } },
    otherwise: 'welcome',
  })
  expect(targetsOf(machine).map(({ id }) => id)).toEqual([
    'support: hours begins hours',
    'hours: told',
    'welcome: told',
  ])
})

test('no two targets of a machine have one id, and a transition that is gone is a target less', () => {
  const shop = (on: object) =>
    base.createMachine({
      id: 'shop',
      initial: 'a',
      states: { a: { on }, b: { type: 'final' } },
    } as never) as unknown as AnyStateMachine
  const before = targetsOf(shop({ message: 'b', help: { guard: 'isOpen', target: 'b' } }))
  const after = targetsOf(shop({ message: 'b' }))
  expect(new Set(before.map(({ id }) => id)).size).toBe(before.length)
  expect([before.length, after.length]).toEqual([10, 7])
})
