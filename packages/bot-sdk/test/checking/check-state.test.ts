import { bot, checkState, type Heard, isBot, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, assign, createMachine, fromCallback, fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'
import { heard } from '../support/heard.js'
import { Scene } from '../support/scene.js'

const types = {} as { context: { pizzas: number }; events: Heard; emitted: Said }

const counting = setup({ types }).createMachine({
  id: 'order',
  context: { pizzas: 0 },
  initial: 'counting',
  states: { counting: { on: { message: { actions: assign({ pizzas: ({ context }) => context.pizzas + 1 }) } } } },
})

const ordering = setup({ types }).createMachine({
  id: 'order',
  context: { pizzas: 0 },
  initial: 'ordering',
  states: { ordering: {} },
})

const order = (machine: AnyStateMachine, version = 1) =>
  bot({ id: 'bot', version, machine: machine as typeof ordering })

/** What a bot with this machine has stored after these messages. */
const stateOf = async (machine: AnyStateMachine, ...texts: readonly string[]) => {
  const server = new FakeServer(order(machine))
  for (const text of texts) await server.says(text)
  return JSON.parse(JSON.stringify(server.state))
}

describe('checkState', () => {
  test('says that a state fits, and that there is nothing to fit where no run is going on', async () => {
    const fits = { fits: true, migrated: false }
    expect(checkState(order(counting), await stateOf(counting, 'hi', 'one'))).toEqual(fits)
    expect(checkState(order(counting), null)).toEqual(fits)
  })

  test('says why it does not, one reason for each thing', async () => {
    const stored = await stateOf(counting, 'hi')
    expect(checkState(order(counting, 2), stored)).toEqual({
      fits: false,
      reasons: ['it is of version 1, this is version 2'],
    })
    expect(checkState(order(ordering), stored)).toMatchObject({ fits: false, reasons: [/counting/] })
    expect(checkState(order(ordering), { some: 'thing' })).toMatchObject({ reasons: ['it is no state of a machine'] })
  })

  test('asks `migrate` as a turn would', async () => {
    const stored = await stateOf(counting, 'hi', 'one')
    const pizzas: number[] = []
    const migrating = bot({
      id: 'bot',
      version: 2,
      machine: ordering,
      migrate: ({ context }) => {
        pizzas.push((context as { pizzas: number }).pizzas)
        return { value: 'ordering' as const, context: { pizzas: 1 } }
      },
    })
    expect(checkState(migrating, stored)).toEqual({ fits: true, migrated: true })
    expect(pizzas).toEqual([1])
  })

  test('tells what can’t be stored of what `migrate` answers', async () => {
    const migrating = bot({
      id: 'bot',
      version: 2,
      machine: ordering,
      migrate: () => ({ value: 'ordering' as const, context: { pizzas: 1, at: new Date(0) } as { pizzas: number } }),
    })
    expect(checkState(migrating, await stateOf(counting, 'hi'))).toEqual({
      fits: false,
      reasons: [expect.stringMatching(/`migrate`.*context\.at is a Date/)],
    })
  })

  test('runs nothing: no promise, no callback, no action, and leaves what it was given as it was', async () => {
    const ran: string[] = []
    const machine = setup({
      types: {} as { events: Heard; emitted: Said },
      actors: {
        listen: fromCallback(() => {
          ran.push('callback')
        }),
        pay: fromPromise(async () => {
          ran.push('promise')
          await new Promise(() => {})
        }),
        child: createMachine({ id: 'child', entry: () => ran.push('child') }),
      },
      delays: { soon: 1_000 },
    }).createMachine({
      id: 'busy',
      entry: [() => ran.push('entry'), say('Hello.')],
      invoke: [
        { id: 'listen', src: 'listen' },
        { id: 'child', src: 'child' },
      ],
      initial: 'idle',
      states: {
        idle: { on: { message: 'paying' }, after: { soon: {} } },
        paying: { invoke: { id: 'pay', src: 'pay' } },
      },
    })
    const scene = new Scene(machine)
    scene.start()
    scene.run.send(heard('pay', 2), { key: '2' })
    const stored = JSON.stringify(scene.run.persist().state)
    expect(ran.splice(0).sort()).toEqual(['callback', 'child', 'entry', 'promise'])
    const given = JSON.parse(stored)
    expect(checkState(bot({ id: 'bot', version: 1, machine }), given)).toEqual({ fits: true, migrated: false })
    await new Promise(setImmediate)
    expect(ran).toEqual([])
    expect(JSON.stringify(given)).toBe(stored)
  })
})

test('what `bot` has made is known as such, and nothing else', () => {
  expect([order(counting), counting, { ...order(counting) }, null, 'bot'].map(isBot)).toEqual([
    true,
    false,
    true,
    false,
    false,
  ])
})
