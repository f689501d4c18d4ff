import { type BotOptions, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, expectTypeOf, test } from 'vitest'
import { type AnyStateMachine, assign, createMachine, setup } from 'xstate'
import { xstateEngine } from '../../src/engine/engine.js'
import { FakeServer } from '../support/fake-server.js'

const minute = 60_000

const before = setup({
  types: {} as { context: { pizzas: number }; events: Heard; emitted: Said },
  delays: { patience: 10 * minute },
}).createMachine({
  id: 'order',
  context: { pizzas: 0 },
  initial: 'counting',
  states: {
    counting: {
      on: { message: { actions: assign({ pizzas: ({ context }) => context.pizzas + 1 }) } },
      after: { patience: { actions: say('Still there?') } },
    },
  },
})

/** Other names for the state and for what it counts, and a reminder that was not there before. */
const after = setup({
  types: {} as { context: { count: number }; events: Heard; emitted: Said },
  delays: { patience: 10 * minute, goodbye: 30 * minute },
}).createMachine({
  id: 'order',
  context: { count: 0 },
  initial: 'ordering',
  states: {
    ordering: {
      on: { message: { actions: say(({ context }) => `That makes ${context.count}.`) } },
      after: { patience: { actions: say('Still there?') }, goodbye: { actions: say('Goodbye.') } },
    },
  },
})

type MigrateAfter = NonNullable<BotOptions<typeof after>['migrate']>

const toNew: MigrateAfter = ({ version, context }) =>
  version === 1 ? { value: 'ordering', context: { count: (context as { pizzas: number }).pizzas } } : undefined

/** Two pizzas were counted by the old code; then other code takes over. */
const redeploy = async (migrate: MigrateAfter | undefined, machine: AnyStateMachine = after, version = 2) => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: before }))
  for (const text of ['hi', 'one', 'two']) await server.says(text)
  await server.redeploy(bot({ id: 'bot', version, machine: machine as typeof after, ...(migrate && { migrate }) }))
  return server
}

test('a state of older code goes on where `migrate` says', async () => {
  const server = await redeploy(toNew)
  await server.says('how many?')
  expect(server.said).toEqual(['That makes 2.'])
  expect(server.state).toMatchObject({ version: 2, snapshot: { value: 'ordering', context: { count: 2 } } })
  await server.says('and now?')
  expect(server.parked).toEqual([])
})

test('it is told what it has to fit, and why it does not', async () => {
  const asked: unknown[] = []
  const server = await redeploy((state, reasons) => {
    asked.push(state, reasons)
    return undefined
  })
  await server.says('how many?')
  expect(asked).toEqual([
    { version: 1, machine: 'order', value: 'counting', context: { pizzas: 2 } },
    ['it is of version 1, this is version 2'],
  ])
})

test('delays of its new state begin, and those of its old one are gone', async () => {
  const server = await redeploy(toNew)
  await server.says('how many?')
  expect(server.timers.map(({ id }) => id)).toEqual([
    'xstate.after.patience.order.ordering',
    'xstate.after.goodbye.order.ordering',
  ])
  await server.wait(30 * minute)
  expect(server.said).toEqual(['That makes 2.', 'Still there?', 'Goodbye.'])
})

test.each<[string, MigrateAfter | undefined, RegExp]>([
  ['is not there', undefined, /it is of version 1, this is version 2$/],
  ['makes nothing of it', () => undefined, /version 2; `migrate` made nothing of it$/],
  [
    'throws',
    () => {
      throw new Error('no count')
    },
    /`migrate` failed: no count$/,
  ],
  [
    'names a state that is not there',
    () => ({ value: 'gone' as never, context: { count: 1 } }),
    /`migrate` failed: .*gone/,
  ],
])('it is parked where `migrate` %s', async (_, migrate, reason) => {
  const server = await redeploy(migrate)
  await server.says('how many?')
  expect(server.parked).toMatchObject([{ reason: expect.stringMatching(reason) }])
  expect(server.said).toEqual([])
})

test('it is parked where its new state invokes what was never started', async () => {
  const child = createMachine({ id: 'child' })
  const invoking = setup({ actors: { child } }).createMachine({
    id: 'order',
    initial: 'ordering',
    states: { ordering: { invoke: { id: 'child', src: 'child' } } },
  })
  const server = await redeploy(toNew, invoking)
  await server.says('how many?')
  expect(server.parked).toMatchObject([{ reason: expect.stringContaining('now invokes "child"') }])
})

test('a state that fits is not migrated', async () => {
  const server = await redeploy(() => expect.unreachable('it fits') as never, before, 1)
  await server.says('three')
  expect(server.state).toMatchObject({ snapshot: { context: { pizzas: 3 } } })
})

test('other code of `migrate` is another version: what was parked is offered again', () => {
  const versions = [undefined, toNew, () => undefined].map(
    (migrate) => xstateEngine({ machine: after, version: 2, ...(migrate && { migrate: migrate as never }) }).version,
  )
  expect(new Set(versions).size).toBe(3)
})

test('what it answers has the types of the machine', () => {
  type Result = NonNullable<ReturnType<MigrateAfter>>
  expectTypeOf<Result['context']>().toEqualTypeOf<{ count: number }>()
  expectTypeOf<Result['value']>().toEqualTypeOf<'ordering'>()
})
