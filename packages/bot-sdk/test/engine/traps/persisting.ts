import { ask, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { assign, createActor, createMachine, fromPromise, fromTransition, sendTo, setup, spawnChild } from 'xstate'
import { z } from 'zod'
import { Scene } from '../../support/scene.js'

const child = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
  id: 'child',
  initial: 'one',
  states: {
    one: { on: { message: { target: 'two', actions: say('two') } } },
    two: { on: { message: { actions: say('two again') } } },
  },
})

const counter = fromTransition((count: number) => count + 1, 0)
const ended = createMachine({
  id: 'ended',
  initial: 'over',
  states: { over: { type: 'final' } },
  output: { all: 'done' },
})

/** A machine with children of each kind, a history, parallel states, and an actor deep in its context. */
const everything = () =>
  setup({ actors: { child, counter, ended, never: fromPromise(() => new Promise(() => {})) } }).createMachine({
    id: 'everything',
    type: 'parallel',
    context: ({ spawn }) => ({ inner: { list: [spawn('child', { id: 'kept' })] }, n: 0, none: undefined }),
    states: {
      one: {
        initial: 'within',
        states: {
          within: {
            initial: 'a',
            on: { back: 'out' },
            states: { a: { on: { away: 'b' } }, b: {}, hist: { type: 'history' } },
          },
          out: { on: { fall: 'within.hist' } },
        },
      },
      two: {
        invoke: [
          { id: 'watched', src: 'child', onSnapshot: {} },
          { id: 'known', src: 'child', systemId: 'known' },
          { id: 'counter', src: 'counter' },
          { id: 'ended', src: 'ended' },
          { id: 'never', src: 'never' },
        ],
      },
    },
  })

export const persisting = () =>
  describe('what is put away', () => {
    test('a state is laid out as XState lays it out, key by key', () => {
      const machine = everything()
      const scene = new Scene(machine)
      scene.start()
      const alone = createActor(machine).start()
      for (const type of ['away', 'back', 'fall']) {
        scene.run.send({ type }, { key: type })
        alone.send({ type })
        expect(JSON.stringify(scene.run.persist().state.snapshot)).toBe(JSON.stringify(alone.getPersistedSnapshot()))
      }
      expect(alone.getPersistedSnapshot()).toMatchObject({
        context: { inner: { list: [{ xstate$$type: 1 }] } },
        historyValue: { 'everything.one.within.hist': [{ id: 'everything.one.within.b' }] },
        children: { watched: { syncSnapshot: true }, known: { systemId: 'known' }, counter: { src: 'counter' } },
      })
    })

    test('children come back by their name and their id, at any depth', async () => {
      const middle = setup({ actors: { child } }).createMachine({ id: 'middle', invoke: { id: 'inner', src: 'child' } })
      const scene = new Scene(
        setup({ actors: { middle } }).createMachine({ id: 'outer', invoke: { id: 'mid', src: 'middle' } }),
      )
      scene.start()
      await scene.hears('on')
      expect(scene.said()).toEqual(['two'])
      scene.restart()
      await scene.hears('on')
      expect(scene.said()).toEqual(['two again'])
    })

    test('an invoked inline child comes back, since XState names it by its place', async () => {
      const scene = new Scene(createMachine({ id: 'outer', invoke: { id: 'inline', src: child } }))
      scene.start()
      await scene.hears('on')
      scene.restart()
      scene.said()
      await scene.hears('on')
      expect(scene.said()).toEqual(['two again'])
    })

    test('a spawned inline child is refused, naming it', () => {
      const scene = new Scene(createMachine({ id: 'outer', entry: spawnChild(child, { id: 'inline' }) }))
      scene.start()
      expect(() => scene.run.persist()).toThrow('root/inline was spawned from inline logic')
    })

    test('a child without a fixed id is refused', () => {
      const scene = new Scene(setup({ actors: { child } }).createMachine({ id: 'outer', entry: spawnChild('child') }))
      scene.start()
      expect(() => scene.run.persist()).toThrow('has no fixed id')
    })

    test.each([
      ['a Date', new Date(0), 'context.thing is a Date'],
      ['a Set', new Set([1]), 'context.thing is a Set'],
      ['a Map', new Map(), 'context.thing is a Map'],
      ['an object of a class', new URL('http://x'), 'context.thing is a URL'],
      ['a date deep within', { list: [{ at: new Date(0) }] }, 'context.thing.list[0].at is a Date'],
      ['undefined in an array', [1, undefined], 'context.thing[1] is undefined'],
      ['not a number', Number.NaN, "context.thing is NaN, which JSON can't hold"],
      ['infinity', Number.POSITIVE_INFINITY, 'context.thing is Infinity'],
      ['a function', () => 1, 'context.thing is a function'],
      ['a bigint', 1n, 'context.thing is a bigint'],
    ])('%s in the context is refused, naming the place', (_, thing, message) => {
      const scene = new Scene(createMachine({ id: 'holder', context: { thing } }))
      scene.start()
      expect(() => scene.run.persist()).toThrow(message)
    })

    test('a circle in the context is refused', () => {
      const thing: { self?: unknown } = {}
      thing.self = thing
      const scene = new Scene(createMachine({ id: 'holder', context: { thing } }))
      // XState itself follows the circle, until the stack is at its end.
      scene.start()
      expect(() => scene.run.persist()).toThrow()
    })

    test('the context of a child is looked at too', () => {
      const holder = createMachine({ id: 'holder', context: { when: new Date(0) } })
      const scene = new Scene(
        setup({ actors: { holder } }).createMachine({ id: 'outer', invoke: { id: 'in', src: 'holder' } }),
      )
      scene.start()
      expect(() => scene.run.persist()).toThrow('children.in.context.when is a Date')
    })

    test('what a timer carries is looked at too', () => {
      const machine = setup({ actors: { child } }).createMachine({
        id: 'outer',
        invoke: { id: 'in', src: 'child' },
        entry: sendTo('in', { type: 'message', when: new Date(0) } as never, { delay: 10 }),
      })
      const scene = new Scene(machine)
      scene.start()
      expect(() => scene.run.persist()).toThrow('timers[0].event.when is a Date')
    })

    test('an undefined property is left out, and such a run does not go on in memory', () => {
      const scene = new Scene(createMachine({ id: 'holder', context: { size: undefined, count: 1 } }))
      scene.start()
      const { state, keepable } = scene.run.persist()
      expect(state.snapshot).toMatchObject({ context: { count: 1 } })
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      expect(keepable).toBe(false)
    })

    test('a reference to a child in the context comes back', async () => {
      const machine = setup({
        types: {} as { context: { ref: unknown }; events: { type: 'poke' } },
        actors: { child },
      }).createMachine({
        id: 'outer',
        context: ({ spawn }) => ({ ref: spawn('child', { id: 'kid' }) }),
        on: {
          poke: { actions: sendTo(({ context }) => context.ref as never, { type: 'message', text: '' } as never) },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      scene.restart()
      await scene.gets({ type: 'poke' })
      expect(scene.said()).toEqual(['two'])
    })

    test('what is stored shares nothing with the live actors', async () => {
      const machine = setup({ types: {} as { context: { list: number[] }; events: Heard } }).createMachine({
        id: 'holder',
        context: { list: [] },
        on: { message: { actions: ({ context }) => context.list.push(1) } },
      })
      const scene = new Scene(machine)
      scene.start()
      const before = scene.run.persist().state
      await scene.hears('more')
      expect(before.snapshot).toMatchObject({ context: { list: [] } })
    })

    test('a child that failed and was handled stays, with name and message of its error', async () => {
      const failing = fromPromise(async () => {
        throw new RangeError('too far')
      })
      const scene = new Scene(
        setup({ actors: { failing } }).createMachine({
          id: 'outer',
          invoke: { id: 'in', src: 'failing', onError: { actions: say('sorry') } },
        }),
      )
      scene.start()
      await scene.run.settle()
      const stored = scene.run.persist().state
      scene.restart()
      expect(scene.run.persist().state).toEqual(stored)
      expect(stored.snapshot).toMatchObject({
        children: { in: { snapshot: { error: { name: 'RangeError', message: 'too far' } } } },
      })
    })

    test('a question survives with its count of wrong answers', async () => {
      const machine = setup({
        types: {} as { input: RunInput; events: Heard; emitted: Said; context: { n?: number } },
        actors: { n: ask({ say: 'How many?', schema: z.coerce.number().int(), retry: { max: 2 } }) },
      }).createMachine({
        id: 'asker',
        context: {},
        initial: 'asking',
        states: {
          asking: {
            invoke: {
              id: 'n',
              src: 'n',
              onDone: { target: 'done', actions: assign({ n: ({ event }) => event.output }) },
              onError: 'gone',
            },
          },
          done: { entry: say(({ context }) => `${context.n}`) },
          gone: { entry: say('Never mind.') },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('a')
      scene.restart()
      await scene.hears('b')
      scene.restart()
      await scene.hears('c')
      expect(scene.said()).toEqual(['Never mind.'])
    })
  })
