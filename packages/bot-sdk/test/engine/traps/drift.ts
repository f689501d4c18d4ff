import { type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, createMachine, fromPromise, setup } from 'xstate'
import { Scene } from '../../support/scene.js'

const waiting = createMachine({ id: 'waiting', initial: 'open', states: { open: {} } })
const types = {} as { events: Heard; emitted: Said }

/** Stores a run of one machine, and restores it with another. */
async function redeploy(before: AnyStateMachine, after: AnyStateMachine, texts: string[] = []): Promise<Scene> {
  const scene = new Scene(before)
  scene.start()
  for (const text of texts) await scene.hears(text)
  scene.restart(after)
  return scene
}

export const drift = () =>
  describe('a stored state that does not fit is refused', () => {
    test('its state is gone', async () => {
      const before = createMachine({ id: 'm', initial: 'a', states: { a: {} } })
      const after = createMachine({ id: 'm', initial: 'b', states: { b: {} } })
      await expect(redeploy(before, after)).rejects.toThrow(/does not fit.*root: .*'a'/)
    })

    test('its state has got states of its own', async () => {
      const before = createMachine({ id: 'm', initial: 'a', states: { a: {} } })
      const after = createMachine({ id: 'm', initial: 'a', states: { a: { initial: 'x', states: { x: {} } } } })
      await expect(redeploy(before, after)).rejects.toThrow('root: state "a" would become {"a":"x"}')
    })

    test('a child lost its logic, and its parent would wait for ever', async () => {
      const before = setup({ actors: { waiting } }).createMachine({ id: 'm', invoke: { id: 'w', src: 'waiting' } })
      const after = createMachine({ id: 'm' })
      await expect(redeploy(before, after)).rejects.toThrow('child "w" needs an actor "waiting", and there is none')
    })

    test('an active state now invokes somebody', async () => {
      const before = setup({ actors: { waiting } }).createMachine({ id: 'm', initial: 'a', states: { a: {} } })
      const after = setup({ actors: { waiting } }).createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { invoke: { id: 'w', src: 'waiting' } } },
      })
      await expect(redeploy(before, after)).rejects.toThrow('root: state "m.a" now invokes "w"')
    })

    test('an active state does not invoke somebody any more, whose logic is still there', async () => {
      const states = (invoke: object) => ({ a: invoke })
      const before = setup({ actors: { waiting } }).createMachine({
        id: 'm',
        initial: 'a',
        states: states({ invoke: { id: 'w', src: 'waiting' } }),
      })
      const after = setup({ actors: { waiting } }).createMachine({ id: 'm', initial: 'a', states: states({}) })
      await expect(redeploy(before, after)).rejects.toThrow('its active states invoke other actors')
    })

    test('a history names states that are gone', async () => {
      const machine = (inner: string) =>
        setup({ types }).createMachine({
          id: 'm',
          initial: 'work',
          states: {
            work: { initial: inner, states: { [inner]: {}, hist: { type: 'history' } }, on: { message: 'pause' } },
            pause: {},
          },
        })
      await expect(redeploy(machine('x'), machine('y'), ['pause'])).rejects.toThrow('history')
    })

    test('a child does not fit, at any depth', async () => {
      const machine = (state: string) => {
        const inner = createMachine({ id: 'inner', initial: state, states: { [state]: {} } })
        const middle = setup({ actors: { inner } }).createMachine({ id: 'middle', invoke: { id: 'i', src: 'inner' } })
        return setup({ actors: { middle } }).createMachine({ id: 'm', invoke: { id: 'mid', src: 'middle' } })
      }
      await expect(redeploy(machine('x'), machine('y'))).rejects.toThrow('root/mid/i: ')
    })

    test('its timer fits no transition, as when a numeric delay was edited', async () => {
      const machine = (delay: number) =>
        createMachine({ id: 'm', initial: 'a', states: { a: { after: { [delay]: 'b' } }, b: {} } })
      await expect(redeploy(machine(100), machine(200))).rejects.toThrow(
        'timer "xstate.after.100.m.a" fits no transition',
      )
    })

    test('an active state now waits for a delay', async () => {
      const machine = (after: object) =>
        setup({ delays: { soon: 10 } }).createMachine({ id: 'm', initial: 'a', states: { a: after, b: {} } })
      await expect(redeploy(machine({}), machine({ after: { soon: 'b' } }))).rejects.toThrow('wait for other delays')
    })

    test('it is of another machine, or of another version', async () => {
      const machine = createMachine({ id: 'm' })
      await expect(redeploy(machine, createMachine({ id: 'n' }))).rejects.toThrow(
        'it is of the machine "m", this is "n"',
      )
      const scene = new Scene(machine)
      scene.start()
      expect(() => scene.restart(machine, 2)).toThrow('it is of version 1, this is version 2')
    })

    test('nothing of it is run', async () => {
      let ran = 0
      const work = fromPromise(async () => ++ran)
      const machine = (extra: object) =>
        setup({ types, actors: { work } }).createMachine({
          id: 'm',
          initial: 'a',
          states: { a: extra },
        })
      await expect(redeploy(machine({}), machine({ invoke: { id: 'w', src: 'work' } }))).rejects.toThrow()
      expect(ran).toBe(0)
    })
  })

export const noDrift = () =>
  describe('a stored state that fits is taken up', () => {
    test('a named delay may be edited', async () => {
      const machine = (soon: number) =>
        setup({ types, delays: { soon } }).createMachine({
          id: 'm',
          initial: 'a',
          states: { a: { after: { soon: { target: 'b', actions: say('late') } } }, b: {} },
        })
      const scene = await redeploy(machine(100), machine(200))
      await scene.wait(100)
      expect(scene.said()).toEqual(['late'])
    })

    test('what changes elsewhere in the machine does it no harm', async () => {
      const machine = (more: object) =>
        setup({ types, actors: { waiting }, delays: { soon: 1 } }).createMachine({
          id: 'm',
          initial: 'a',
          states: { a: { on: { message: { actions: say('here') } } }, b: more },
        })
      const scene = await redeploy(machine({}), machine({ after: { soon: 'a' }, invoke: { id: 'w', src: 'waiting' } }))
      await scene.hears('?')
      expect(scene.said()).toEqual(['here'])
    })

    test('a context of another shape is not noticed: a version has to say so, and a schema to check it', async () => {
      const machine = (context: object) =>
        setup({ types: {} as { context: { size?: string }; events: Heard; emitted: Said } }).createMachine({
          id: 'm',
          context,
          on: { message: { actions: say(({ context }) => `size ${context.size}`) } },
        })
      const scene = await redeploy(machine({}), machine({ size: 'large' }))
      await scene.hears('?')
      expect(scene.said()).toEqual(['size undefined'])
      scene.restart(machine({ size: 'large' }))
      expect(() => scene.restart(machine({ size: 'large' }), 2)).toThrow('it is of version 1, this is version 2')
    })
  })
