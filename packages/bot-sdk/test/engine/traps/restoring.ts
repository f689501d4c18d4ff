import { type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { assign, createMachine, fromCallback, fromPromise, fromTransition, setup, spawnChild } from 'xstate'
import { xstateEngine } from '../../../src/engine/engine.js'
import { heard } from '../../support/heard.js'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard; emitted: Said }

export const restoring = () =>
  describe('what a restore does', () => {
    test('entry, always and actions do not run again', () => {
      const ran: string[] = []
      const scene = new Scene(
        createMachine({
          id: 'once',
          entry: () => ran.push('root'),
          initial: 'one',
          states: {
            one: { always: { target: 'two', actions: () => ran.push('always') } },
            two: { entry: () => ran.push('two') },
          },
        }),
      )
      scene.start()
      expect(ran).toEqual(['root', 'always', 'two'])
      scene.restart()
      expect(ran).toEqual(['root', 'always', 'two'])
    })

    test('callbacks start again', () => {
      let starts = 0
      const listen = fromCallback(() => {
        starts++
      })
      const scene = new Scene(
        setup({ actors: { listen } }).createMachine({ id: 'outer', invoke: { id: 'in', src: 'listen' } }),
      )
      scene.start()
      scene.restart()
      expect(starts).toBe(2)
    })

    test('a run with a live callback does not go on in memory: it may speak when no turn is open', () => {
      const listen = fromCallback(() => {})
      const scene = new Scene(
        setup({ actors: { listen } }).createMachine({ id: 'outer', invoke: { id: 'in', src: 'listen' } }),
      )
      scene.start()
      expect(scene.run.persist().keepable).toBe(false)
    })

    test('a promise that was running runs again, with the input that it was given and the same key', async () => {
      const ran: unknown[] = []
      const pay = fromPromise<void, { cents: number }>(async ({ input, self }) => {
        ran.push([input, idempotencyKey(self)])
        await new Promise(() => {})
      })
      const scene = new Scene(
        setup({
          types: {} as { context: { cents: number }; events: Heard; emitted: Said },
          actors: { pay },
        }).createMachine({
          id: 'outer',
          context: { cents: 500 },
          entry: spawnChild('pay', { id: 'pay', input: ({ context }) => ({ cents: context.cents }) }),
          on: { message: { actions: assign({ cents: 900 }) } },
        }),
      )
      scene.start()
      scene.run.send(heard('more', 2), { key: '2' })
      scene.restart()
      expect(ran[0]).toEqual([{ cents: 500 }, expect.any(String)])
      expect(ran).toEqual([ran[0], ran[0]])
    })

    test('finished children are not run again', async () => {
      let runs = 0
      const work = fromPromise(async () => ++runs)
      const scene = new Scene(
        setup({ types, actors: { work } }).createMachine({ id: 'outer', entry: spawnChild('work', { id: 'job' }) }),
      )
      scene.start()
      await scene.run.settle()
      scene.restart()
      expect(runs).toBe(1)
    })

    test('a finished spawned child stays in the state, and costs the run nothing but its place', async () => {
      const work = fromPromise(async () => 'done')
      const scene = new Scene(
        setup({ types, actors: { work } }).createMachine({ id: 'outer', entry: spawnChild('work', { id: 'job' }) }),
      )
      scene.start()
      await scene.run.settle()
      expect(scene.run.persist().state.snapshot).toMatchObject({ children: { job: { snapshot: { status: 'done' } } } })
      expect(scene.run.resting).toBe(true)
    })

    test('what a child told by its snapshots is not told again', async () => {
      const counter = fromTransition((count: number) => count + 1, 0)
      const machine = setup({
        types: {} as { context: { told: number }; events: Heard; emitted: Said },
        actors: { counter },
      }).createMachine({
        id: 'outer',
        context: { told: 0 },
        invoke: {
          id: 'in',
          src: 'counter',
          onSnapshot: { actions: assign({ told: ({ context }) => context.told + 1 }) },
        },
        on: { message: { actions: say(({ context }) => `told ${context.told}`) } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('?')
      const [before] = scene.said()
      scene.restart()
      scene.restart()
      await scene.hears('?')
      expect(scene.said()).toEqual([before])
    })

    test('a restore leaves what it was given as it was', () => {
      const child = createMachine({ id: 'child' })
      const machine = setup({ types: {} as { context: { ref: unknown } }, actors: { child } }).createMachine({
        id: 'outer',
        context: ({ spawn }) => ({ ref: spawn('child', { id: 'kid' }) }),
      })
      const scene = new Scene(machine)
      scene.start()
      const { state } = scene.run.persist()
      const before = JSON.stringify(state)
      xstateEngine({ machine, version: 1 }).restore(state, scene.around).close()
      expect(state).toEqual(JSON.parse(before))
    })

    test('a restore gives back the very bytes it was given', async () => {
      const scene = new Scene(
        setup({ types, delays: { soon: 50 } }).createMachine({
          id: 'outer',
          initial: 'a',
          states: { a: { after: { soon: 'b' }, on: { message: 'b' } }, b: {} },
        }),
      )
      scene.start()
      const stored = JSON.stringify(scene.run.persist().state)
      scene.restart()
      expect(JSON.stringify(scene.run.persist().state)).toBe(stored)
    })
  })
