import { type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { enqueueActions, fromPromise, setup } from 'xstate'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard; emitted: Said }

export const speaking = () =>
  describe('what is said', () => {
    const child = setup({ types }).createMachine({
      id: 'child',
      entry: say('child'),
      on: { message: { actions: say('child heard') } },
    })

    test('the parent comes before its child, also on the very first start', () => {
      const scene = new Scene(
        setup({ types, actors: { child } }).createMachine({
          id: 'm',
          entry: say('parent'),
          invoke: { id: 'in', src: 'child' },
        }),
      )
      scene.start()
      expect(scene.said()).toEqual(['parent', 'child'])
    })

    test('and so at two levels', () => {
      const middle = setup({ types, actors: { child } }).createMachine({
        id: 'middle',
        entry: say('middle'),
        invoke: { id: 'in', src: 'child' },
      })
      const scene = new Scene(
        setup({ types, actors: { middle } }).createMachine({
          id: 'm',
          entry: [say('one'), say('two')],
          invoke: { id: 'mid', src: 'middle' },
        }),
      )
      scene.start()
      expect(scene.said()).toEqual(['one', 'two', 'middle', 'child'])
    })

    test('later too, and within one event', async () => {
      const machine = setup({ types, actors: { child } }).createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: { on: { message: { target: 'b', actions: say('leaving a') } } },
          b: { entry: say('in b'), invoke: { id: 'in', src: 'child' } },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('go')
      expect(scene.said()).toEqual(['leaving a', 'in b', 'child'])
    })

    test('a say can be enqueued, and an end has its last word', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: { on: { message: { target: 'z', actions: enqueueActions(({ enqueue }) => enqueue(say('by queue'))) } } },
          z: { type: 'final', entry: say('the end') },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('go')
      expect(scene.said()).toEqual(['by queue', 'the end'])
    })

    test('a machine that ends as it begins has its say', () => {
      const scene = new Scene(
        setup({ types }).createMachine({
          id: 'm',
          initial: 'z',
          states: { z: { type: 'final', entry: say('at once') } },
        }),
      )
      scene.start()
      expect(scene.said()).toEqual(['at once'])
    })

    test('a promise whose state was left is told so, and what it still says is dropped', async () => {
      let signal: AbortSignal | undefined
      let speakLate = () => {}
      const slow = fromPromise<void, undefined, Said>(
        (args) =>
          new Promise((resolve) => {
            signal = args.signal
            args.emit({ type: 'say', text: 'working' })
            speakLate = () => {
              args.emit({ type: 'say', text: 'too late' })
              resolve()
            }
          }),
      )
      const machine = setup({ types, actors: { slow } }).createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: { invoke: { id: 's', src: 'slow', onDone: { actions: say('done') } }, on: { cancel: 'b' } },
          b: { entry: say('stopped') },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.gets({ type: 'cancel' })
      expect(signal?.aborted).toBe(true)
      speakLate()
      await scene.run.settle()
      expect(scene.said()).toEqual(['working', 'stopped'])
    })

    test('nothing is said outside of Daakia by a stamp of ours: the words are just the words', () => {
      const scene = new Scene(setup({ types }).createMachine({ id: 'm', entry: say('plain') }))
      scene.start()
      expect(scene.run.takeEffects()).toEqual([{ type: 'say', text: 'plain' }])
    })
  })
