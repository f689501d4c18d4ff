import { type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromTransition, setup, spawnChild } from 'xstate'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard<{ type: 'spawn' }>; emitted: Said }
const child = (name: string) =>
  setup({ types }).createMachine({ id: name, on: { message: { actions: say(`${name} heard`) } } })

export const routing = () =>
  describe('who hears an event', () => {
    test('the root, if it can', async () => {
      const machine = setup({ types, actors: { kid: child('kid') } }).createMachine({
        id: 'm',
        invoke: { id: 'kid', src: 'kid' },
        on: { message: { guard: ({ event }) => event.text === 'stop', actions: say('root heard') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('stop')
      await scene.hears('go')
      expect(scene.said()).toEqual(['root heard', 'kid heard'])
    })

    test('else the newest child, and within it the deepest that can', async () => {
      const deep = setup({ types, actors: { leaf: child('leaf') } }).createMachine({
        id: 'deep',
        invoke: { id: 'leaf', src: 'leaf' },
      })
      const machine = setup({ types, actors: { old: child('old'), deep } }).createMachine({
        id: 'm',
        entry: [spawnChild('old', { id: 'old' }), spawnChild('deep', { id: 'deep' })],
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('go')
      expect(scene.said()).toEqual(['leaf heard'])
    })

    test('else nobody, and that is told', async () => {
      const scene = new Scene(setup({ types }).createMachine({ id: 'm' }))
      scene.start()
      expect(await scene.hears('go')).toBe(false)
    })

    test('a child that takes anything, but is no machine, is passed over', async () => {
      const counter = fromTransition((count: number) => count + 1, 0)
      const scene = new Scene(
        setup({ types, actors: { counter } }).createMachine({ id: 'm', invoke: { id: 'c', src: 'counter' } }),
      )
      scene.start()
      expect(await scene.hears('go')).toBe(false)
    })

    test('a root handler for * takes everything, also what a child waits for', async () => {
      const machine = setup({ types, actors: { kid: child('kid') } }).createMachine({
        id: 'm',
        invoke: { id: 'kid', src: 'kid' },
        on: { '*': { actions: say('swallowed') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('go')
      expect(scene.said()).toEqual(['swallowed'])
    })

    test('guards are run twice for an event: to find who takes it, and to take it', async () => {
      let asked = 0
      const machine = setup({ types }).createMachine({
        id: 'm',
        on: { message: { guard: () => ++asked > 0, actions: say('yes') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('go')
      expect(asked).toBe(2)
    })

    test.each(['xstate.stop', 'xstate.done.actor.kid', 'xstate.init', '*', ''])(
      'nobody may send "%s" from outside',
      async (type) => {
        const machine = setup({ types, actors: { kid: child('kid') } }).createMachine({
          id: 'm',
          initial: 'a',
          states: { a: { invoke: { id: 'kid', src: 'kid', onDone: 'b' } }, b: {} },
        })
        const scene = new Scene(machine)
        scene.start()
        expect(await scene.gets({ type })).toBe(false)
        expect(scene.run.public.value).toBe('a')
      },
    )

    test('what may be said now is public, XState’s own events left out', () => {
      const machine = setup({ types, actors: { kid: child('kid') }, delays: { soon: 1 } }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { tags: ['open'], invoke: { id: 'kid', src: 'kid', onDone: 'b' }, after: { soon: 'b' } }, b: {} },
        on: { cancel: '.b' },
      })
      const scene = new Scene(machine)
      scene.start()
      expect(scene.run.public).toEqual({ value: 'a', tags: ['open'], accepts: ['cancel', 'message'] })
    })
  })
