import { type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import {
  fromCallback,
  fromEventObservable,
  fromObservable,
  fromPromise,
  fromTransition,
  setup,
  spawnChild,
} from 'xstate'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard; emitted: Said }
const forever = { subscribe: () => ({ unsubscribe: () => {} }) }

export const resting = () =>
  describe('rest', () => {
    test.each([
      ['a machine', setup({ types }).createMachine({ id: 'c' })],
      ['a callback', fromCallback(() => {})],
      ['an observable', fromObservable(() => forever)],
      ['an observable of events', fromEventObservable(() => forever)],
      ['a transition function', fromTransition((count: number) => count + 1, 0)],
    ])('%s that waits for somebody is at rest', (_, logic) => {
      const scene = new Scene(
        setup({ types, actors: { logic } }).createMachine({ id: 'm', invoke: { id: 'in', src: 'logic' } }),
      )
      scene.start()
      expect(scene.run.resting).toBe(true)
    })

    test('what sort of logic an actor runs is found out once per logic', () => {
      let probed = 0
      const plain = fromPromise(() => new Promise<void>(() => {}))
      const work = {
        ...plain,
        transition: (...args: Parameters<typeof plain.transition>) => {
          probed++
          return plain.transition(...args)
        },
      }
      const scene = new Scene(
        setup({ types, actors: { work } }).createMachine({
          id: 'm',
          entry: [spawnChild('work', { id: 'one' }), spawnChild('work', { id: 'two' })],
        }),
      )
      scene.start()
      expect(scene.run.resting).toBe(false)
      const first = probed
      expect(first).toBeGreaterThan(0)
      expect(scene.run.persist().keepable).toBe(true)
      expect(probed).toBe(first)
    })

    test('a running promise is not, at any depth', async () => {
      let finish = () => {}
      const work = fromPromise(
        () =>
          new Promise<void>((resolve) => {
            finish = resolve
          }),
      )
      const middle = setup({ types, actors: { work } }).createMachine({
        id: 'mid',
        entry: spawnChild('work', { id: 'w' }),
      })
      const scene = new Scene(
        setup({ types, actors: { middle } }).createMachine({ id: 'm', invoke: { id: 'in', src: 'middle' } }),
      )
      scene.start()
      expect(scene.run.resting).toBe(false)
      const settled = scene.run.settle()
      finish()
      await settled
      expect(scene.run.resting).toBe(true)
    })

    test('one promise after the other is waited for', async () => {
      const work = fromPromise(async () => 'ok')
      const machine = setup({ types, actors: { work } }).createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: { invoke: { id: 'a', src: 'work', onDone: 'b' } },
          b: { invoke: { id: 'b', src: 'work', onDone: 'c' } },
          c: { entry: say('both done') },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.run.settle()
      expect(scene.said()).toEqual(['both done'])
    })

    test('an idempotency key is the same when work is done again, and another for other work', async () => {
      const keys: string[] = []
      const pay = fromPromise(async ({ self }) => {
        keys.push(idempotencyKey(self))
      })
      const machine = setup({ types, actors: { pay } }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { message: 'paying' } }, paying: { invoke: { id: 'pay', src: 'pay', onDone: 'a' } } },
      })
      const play = async () => {
        const scene = new Scene(machine)
        scene.start()
        await scene.hears('pay')
        scene.restart()
        await scene.hears('pay again')
      }
      await play()
      await play()
      expect(keys).toEqual(['ana~bot:2:pay:1', 'ana~bot:3:pay:1', 'ana~bot:2:pay:1', 'ana~bot:3:pay:1'])
    })
  })
