import { type Heard, type Said, say } from '@daakia/bot-sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnyStateMachine, assign, fromCallback, fromPromise, raise, setup } from 'xstate'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard<{ type: 'ping' }>; emitted: Said }
const fail = () => {
  throw new Error('boom')
}

export const failing = () =>
  describe('what goes wrong', () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    beforeEach(() => {
      uncaught.length = 0
      process.on('uncaughtException', note).on('unhandledRejection', note)
    })
    afterEach(async () => {
      // XState throws what nobody observes in a timeout of its own: one more has to pass to see that it did not.
      await new Promise((resolve) => setTimeout(resolve))
      process.off('uncaughtException', note).off('unhandledRejection', note)
      expect(uncaught).toEqual([])
    })

    const listening = (onMessage: object) =>
      setup({ types, actors: {} }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { message: onMessage } } },
      } as never) as unknown as AnyStateMachine

    test.each([
      ['an action that throws', listening({ actions: fail })],
      ['a guard that throws', listening({ guard: fail, actions: say('never') })],
      ['an assign that throws', listening({ actions: assign(fail) })],
      ['a text that throws', listening({ actions: say(fail) })],
    ])('%s fails the run, and is told', async (_, machine) => {
      const scene = new Scene(machine)
      scene.start()
      await expect(scene.hears('go')).rejects.toThrow('boom')
      expect(() => scene.run.persist()).toThrow('boom')
    })

    test.each([
      ['at the start', { entry: fail }],
      ['in the context', { context: fail }],
    ])('an error %s fails the run', async (_, config) => {
      const scene = new Scene(
        setup({ types }).createMachine({ id: 'm', ...config } as never) as unknown as AnyStateMachine,
      )
      scene.start()
      await expect(scene.run.settle()).rejects.toThrow('boom')
    })

    test('a promise that rejects fails the run where nobody handles it', async () => {
      const work = fromPromise(async () => fail())
      const scene = new Scene(
        setup({ types, actors: { work } }).createMachine({ id: 'm', invoke: { id: 'w', src: 'work' } }),
      )
      scene.start()
      await expect(scene.run.settle()).rejects.toThrow('boom')
    })

    test('and does not where somebody does', async () => {
      const work = fromPromise(async () => fail())
      const machine = setup({ types, actors: { work } }).createMachine({
        id: 'm',
        invoke: { id: 'w', src: 'work', onError: { actions: say('sorry') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.run.settle()
      expect(scene.said()).toEqual(['sorry'])
    })

    test('an async action that rejects fails the run, and not the process', async () => {
      const scene = new Scene(listening({ actions: async () => fail() }))
      scene.start()
      await scene.hears('go')
      await Promise.resolve()
      await expect(scene.run.settle()).rejects.toThrow('boom')
      expect(scene.run.failed).toBe(true)
    })

    test('an emit listener of the author that throws fails the run, and not the process', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        entry: ({ self }) => {
          self.on('say', fail)
        },
        on: { message: { actions: say('heard') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await expect(scene.hears('go')).rejects.toThrow('boom')
    })

    test('an endless always fails the run', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { message: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
      })
      const scene = new Scene(machine)
      scene.start()
      await expect(scene.hears('go')).rejects.toThrow('did not come to rest')
    })

    test('so does an endless exchange of events', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        on: { message: { actions: raise({ type: 'ping' }) }, ping: { actions: raise({ type: 'ping' }) } },
      })
      const scene = new Scene(machine)
      scene.start()
      await expect(scene.hears('go')).rejects.toThrow('did not come to rest')
    })

    test('a long conversation is not taken for an endless one', async () => {
      const scene = new Scene(listening({ actions: say('yes') }))
      scene.start()
      for (let n = 0; n < 11_000; n++) await scene.hears('go')
      expect(scene.said()).toHaveLength(11_000)
    })

    test('after its root has failed, closing stops the children that still go on', async () => {
      let stopped = 0
      const listen = fromCallback(() => () => {
        stopped++
      })
      const machine = setup({ types, actors: { listen } }).createMachine({
        id: 'm',
        invoke: { id: 'in', src: 'listen' },
        on: { message: { actions: fail } },
      })
      const scene = new Scene(machine)
      scene.start()
      await expect(scene.hears('go')).rejects.toThrow('boom')
      expect(stopped).toBe(0)
      scene.run.close()
      expect(stopped).toBe(1)
    })

    test('a run at its end takes nothing', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        initial: 'z',
        states: { z: { type: 'final' } },
        on: { message: '.z' },
      })
      const scene = new Scene(machine)
      scene.start()
      expect(await scene.hears('more')).toBe(false)
      expect(scene.run.ended).toEqual({ output: undefined })
    })
  })
