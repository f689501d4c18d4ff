import { bot, checkState, type Heard, migrations, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { createMachine, setup } from 'xstate'
import { z } from 'zod'
import { xstateEngine } from '../../src/engine/engine.js'
import { FakeServer } from '../support/fake-server.js'

const machine = setup({
  types: {} as { context: { count: number; size: 'small' | 'large' }; events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  context: { count: 0, size: 'small' },
  initial: 'ordering',
  states: {
    ordering: { on: { message: { actions: say(({ context }) => `${context.count} ${context.size}`) } } },
    paying: { initial: 'card', states: { card: {}, cash: {} } },
  },
})

/** Version 1 counted pizzas, version 2 named the size, version 3 is the machine. */
const migrate = migrations(machine, {
  1: {
    context: z.object({ pizzas: z.number() }),
    value: ['counting', { paying: 'cash' }],
    to: ({ value, context }) => ({
      value: value === 'counting' ? 'asking' : 'paying',
      context: { count: context.pizzas, big: context.pizzas > 2 },
    }),
  },
  2: {
    context: z.object({ count: z.number().int().positive(), big: z.boolean() }),
    value: ['asking', 'paying', 'dreaming'],
    to: ({ value, context: { count, big } }) =>
      value === 'dreaming'
        ? undefined
        : {
            value: value === 'paying' ? { paying: 'cash' } : 'ordering',
            context: { count, size: big ? ('large' as const) : ('small' as const) },
          },
  },
})

/** A state as a version has stored it. */
const stored = (version: number, value: unknown, context: unknown) => ({
  ...{ machine: 'order', version, fingerprint: '00000000', timers: [] },
  snapshot: { status: 'active', value, context, children: {}, historyValue: {} },
})

const order = bot({ id: 'bot', version: 3, machine, migrate })

const reasonOf = (version: number, value: unknown, context: unknown) => {
  const check = checkState(order, stored(version, value, context))
  return check.fits ? 'fits' : check.reasons.at(-1)
}

/** Where a conversation goes on that stood so. */
const newState = async (version: number, value: string, context: object) => {
  const states = { [value]: { on: { message: {} } } }
  const server = new FakeServer(
    bot({ id: 'bot', version, machine: createMachine({ id: 'order', context, initial: value, states } as never) }),
  )
  await server.says('hi')
  await server.redeploy(order)
  await server.says('and now?')
  return server
}

describe('migrations', () => {
  test('lead from each version to the next, and from the last one to the machine', async () => {
    const fromTwo = await newState(2, 'asking', { count: 2, big: true })
    expect(fromTwo.said).toEqual(['2 large'])
    const fromOne = await newState(1, 'counting', { pizzas: 3 })
    expect(fromOne.said).toEqual(['3 large'])
    expect(fromOne.state).toMatchObject({
      version: 3,
      snapshot: { value: 'ordering', context: { count: 3, size: 'large' } },
    })
  })

  test('know values that are nested', () => {
    expect(checkState(order, stored(1, { paying: 'cash' }, { pizzas: 1 }))).toEqual({ fits: true, migrated: true })
  })

  test.each<[string, number, unknown, unknown, RegExp]>([
    [
      'names the fields that do not fit',
      2,
      'asking',
      { count: 'two', big: 1 },
      /version 2 does not fit: count: .*, big: /,
    ],
    ['names those of a version in between', 1, 'counting', { pizzas: 0 }, /context of version 2 does not fit: count: /],
    ['says that there is no such field', 1, 'counting', {}, /context of version 1 does not fit: pizzas: /],
    ['says which value it does not know', 1, { paying: 'card' }, { pizzas: 1 }, /knows no value \{"paying":"card"\}$/],
    ['says where it begins nowhere', 7, 'asking', {}, /there is none from version 7$/],
    ['says that it made nothing of it', 2, 'dreaming', { count: 1, big: true }, /made nothing of it$/],
  ])('a state that they can’t lead on is parked: the reason %s', (_, version, value, context, reason) => {
    expect(reasonOf(version, value, context)).toMatch(reason)
  })

  test('of other code, values or schema are another version of the bot', () => {
    const versionWith = (context: z.ZodType<{ n: number }>, value: string, times: number) => {
      const to = times === 1 ? migrateOnce : migrateTwice
      const other = migrations(machine, { 1: { context, value: [value], to } })
      return xstateEngine({ machine, version: 2, migrate: other as never }).version
    }
    const number = z.object({ n: z.number() })
    const versions = [
      versionWith(number, 'a', 1),
      versionWith(z.object({ n: z.number().int() }), 'a', 1),
      versionWith(number, 'b', 1),
      versionWith(number, 'a', 2),
    ]
    expect(new Set(versions).size).toBe(4)
    expect(versionWith(z.object({ n: z.number() }), 'a', 1)).toBe(versions[0])
  })

  test('are from versions', () => {
    const step = { context: z.object({}), value: ['a'], to: () => undefined }
    expect(() => migrations(machine, { 0: step })).toThrow('migrations: 0 is no version')
    expect(() => migrations(machine, { 1.5: step } as never)).toThrow('migrations: 1.5 is no version')
  })
})

const migrateOnce = ({ context }: { context: { n: number } }) => ({
  value: 'ordering' as const,
  context: { count: context.n, size: 'small' as const },
})
const migrateTwice = ({ context }: { context: { n: number } }) => ({
  value: 'ordering' as const,
  context: { count: 2 * context.n, size: 'small' as const },
})
