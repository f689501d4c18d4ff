import { type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { cancel, createMachine, fromPromise, raise, sendTo, setup, stopChild } from 'xstate'
import { Scene } from '../../support/scene.js'

const types = {} as { events: Heard<{ type: 'tick' } | { type: 'stop' } | { type: 'again' }>; emitted: Said }
const minute = 60_000

export const timers = () =>
  describe('timers', () => {
    const reminder = (delay: number) =>
      setup({ types, delays: { delay } }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { after: { delay: { actions: say('reminder') } } } },
      })

    test('a delay is kept over a restart, with what is left of it', async () => {
      const scene = new Scene(reminder(10 * minute))
      scene.start()
      await scene.wait(9 * minute)
      scene.restart()
      await scene.wait(minute - 1)
      expect(scene.said()).toEqual([])
      await scene.wait(1)
      expect(scene.said()).toEqual(['reminder'])
    })

    test('it is counted by the clock that was handed in', () => {
      const scene = new Scene(reminder(minute))
      scene.start()
      expect(scene.run.timers).toMatchObject([{ id: 'xstate.after.delay.m.a', due: 1_000_000 + minute }])
    })

    test('a delay of 2^31 ms and more does not fire at once', async () => {
      const scene = new Scene(reminder(2 ** 31 + 5))
      scene.start()
      await scene.wait(2 ** 31)
      expect(scene.said()).toEqual([])
      scene.restart()
      await scene.wait(5)
      expect(scene.said()).toEqual(['reminder'])
    })

    test('those of children come back too', async () => {
      const child = reminder(minute)
      const scene = new Scene(
        setup({ types, actors: { child } }).createMachine({ id: 'outer', invoke: { id: 'in', src: 'child' } }),
      )
      scene.start()
      scene.restart()
      expect(scene.run.timers).toMatchObject([{ id: 'in/xstate.after.delay.m.a', source: ['in'] }])
      await scene.wait(minute)
      expect(scene.said()).toEqual(['reminder'])
    })

    test('a delay on a parent starts anew only when that state is entered again', async () => {
      const machine = setup({ types, delays: { delay: 10 } }).createMachine({
        id: 'm',
        initial: 'p',
        states: {
          p: {
            initial: 'x',
            after: { delay: { actions: say('late') } },
            on: { again: { target: '#m.p', reenter: true } },
            states: { x: { on: { message: 'y' } }, y: {} },
          },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      const [first] = scene.run.timers
      scene.clock.advance(5)
      await scene.hears('to a sibling')
      expect(scene.run.timers).toEqual([first])
      await scene.gets({ type: 'again' })
      expect(scene.run.timers).toMatchObject([{ due: 1_000_015 }])
    })

    test('a delayed send to a child that is gone is dropped', async () => {
      const child = createMachine({ id: 'child' })
      const machine = setup({ types, actors: { child } }).createMachine({
        id: 'm',
        invoke: { id: 'in', src: 'child' },
        entry: sendTo('in', { type: 'tick' }, { delay: 10, id: 'tick' }),
        on: { stop: { actions: stopChild('in') } },
      })
      const scene = new Scene(machine)
      scene.start()
      expect(scene.run.timers).toMatchObject([{ id: 'tick', target: ['in'] }])
      await scene.gets({ type: 'stop' })
      expect(scene.run.timers).toEqual([])
      scene.run.fire('tick')
      await scene.run.settle()
    })

    test('the same id scheduled twice fires once, when it was set last', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        entry: raise({ type: 'tick' }, { id: 't', delay: 10 }),
        on: {
          message: { actions: raise({ type: 'tick' }, { id: 't', delay: 10 }) },
          tick: { actions: say('tick') },
        },
      })
      const scene = new Scene(machine)
      scene.start()
      scene.clock.advance(5)
      await scene.hears('again')
      await scene.wait(100)
      expect(scene.said()).toEqual(['tick'])
    })

    test('one without an id gets a name that comes out the same when a turn is tried again', () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        entry: [raise({ type: 'tick' }, { delay: 10 }), raise({ type: 'tick' }, { delay: 20 })],
      })
      const names = () => {
        const scene = new Scene(machine)
        scene.start()
        return scene.run.timers.map(({ id }) => id)
      }
      expect(names()).toEqual(['1', '2'])
      expect(names()).toEqual(names())
    })

    test('one that was cancelled is gone', async () => {
      const machine = setup({ types }).createMachine({
        id: 'm',
        entry: raise({ type: 'tick' }, { id: 't', delay: 10 }),
        on: { message: { actions: cancel('t') }, tick: { actions: say('tick') } },
      })
      const scene = new Scene(machine)
      scene.start()
      await scene.hears('stop')
      expect(scene.run.timers).toEqual([])
    })

    test('names of actors and timers cannot be taken for one another', () => {
      const child = setup({ types }).createMachine({ id: 'c', entry: raise({ type: 'tick' }, { id: 'b/c', delay: 1 }) })
      const machine = setup({ types, actors: { child } }).createMachine({
        id: 'm',
        invoke: [
          { id: 'a', src: 'child' },
          { id: 'a/b', src: 'child' },
        ],
      })
      const scene = new Scene(machine)
      scene.start()
      expect(scene.run.timers.map(({ id }) => id).sort()).toEqual(['a%2Fb/b%2Fc', 'a/b%2Fc'])
    })

    test('one that falls due while a promise runs wins over it', async () => {
      const never = fromPromise(() => new Promise(() => {}))
      const machine = setup({ types, actors: { never }, delays: { patience: minute } }).createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: { invoke: { id: 'n', src: 'never' }, after: { patience: { target: 'b', actions: say('enough') } } },
          b: {},
        },
      })
      const scene = new Scene(machine)
      scene.start()
      const settled = scene.run.settle()
      scene.clock.advance(minute)
      await settled
      expect(scene.said()).toEqual(['enough'])
    })

    test('one that is due does not fire by itself while the machine rests', async () => {
      const scene = new Scene(reminder(minute))
      scene.start()
      scene.clock.advance(2 * minute)
      await scene.run.settle()
      expect(scene.said()).toEqual([])
      expect(scene.run.timers).toHaveLength(1)
    })

    test('nothing reaches the timers of the process', () => {
      const scene = new Scene(reminder(1))
      const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
      scene.start()
      expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before)
    })
  })
