import { bot, type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer, lost } from '../support/fake-server.js'

const types = {} as { events: Heard; emitted: Said }

/** A bot that looks something up and pays then, and says so; each takes until the test says that it is over. */
const payer = ({ checkpointAfterMs, input = {} }: { checkpointAfterMs?: number; input?: object } = {}) => {
  const keys: string[] = []
  const finish: Record<string, () => void> = {}
  const work = (name: string) =>
    fromPromise<void, object>(({ self }) => {
      keys.push(idempotencyKey(self))
      return new Promise((resolve) => {
        finish[name] = resolve
      })
    })
  const machine = setup({ types, actors: { look: work('look'), pay: work('pay') } }).createMachine({
    id: 'payer',
    initial: 'idle',
    states: {
      idle: { on: { message: { target: 'looking', actions: say('One moment.') } } },
      looking: {
        invoke: { id: 'look', src: 'look', input, onDone: 'paying' },
        on: { cancel: { target: 'idle', actions: say('Stopped.') } },
      },
      paying: {
        entry: say('Found it.'),
        invoke: { id: 'pay', src: 'pay', input, onDone: { target: 'idle', actions: say('Paid.') } },
      },
    },
  })
  const server = new FakeServer(
    bot({ id: 'bot', version: 1, machine, ...(checkpointAfterMs && { checkpointAfterMs }) }),
  )
  return { server, keys, finish: (name: string) => finish[name]?.() }
}

/** The bot has said that it takes a moment, and looks. */
const looking = async (options?: Parameters<typeof payer>[0]) => {
  const scene = payer(options)
  await scene.server.says('hi')
  scene.server.write('pay')
  await nextTick()
  scene.server.clock.advance(500)
  await nextTick()
  return scene
}

test('what was said before a promise goes out while it runs', async () => {
  const { server, finish } = await looking()
  expect(server.said).toEqual(['One moment.'])
  expect(server.commits.at(-1)).toMatchObject({ checkpoint: true, processed: 2, public: { value: 'looking' } })
  finish('look')
  await nextTick()
  finish('pay')
  await server.rest()
  expect(server.said).toEqual(['One moment.', 'Found it.', 'Paid.'])
  expect(server.commits.map(({ checkpoint }) => checkpoint ?? false)).toEqual([false, true, false])
})

test('after a crash the promise runs again, with the same key, and nothing is said twice', async () => {
  const { server, keys, finish } = await looking()
  server.crash()
  server.offer()
  await nextTick()
  finish('look')
  await nextTick()
  finish('pay')
  await server.rest()
  expect(server.said).toEqual(['One moment.', 'Found it.', 'Paid.'])
  expect(keys).toEqual(['ana~bot:2:look:1', 'ana~bot:2:look:1', 'ana~bot:2:pay:1'])
})

test('each further promise of a turn has a checkpoint of its own', async () => {
  const { server, keys, finish } = await looking()
  finish('look')
  await nextTick()
  server.clock.advance(500)
  await nextTick()
  expect(server.said).toEqual(['One moment.', 'Found it.'])
  server.crash()
  server.offer()
  await nextTick()
  finish('pay')
  await server.rest()
  expect(server.said).toEqual(['One moment.', 'Found it.', 'Paid.'])
  expect(keys.slice(1)).toEqual(['ana~bot:2:pay:1', 'ana~bot:2:pay:1'])
})

test('a promise that only goes on running has no other one', async () => {
  const { server } = await looking()
  server.clock.advance(60_000)
  await nextTick()
  expect(server.commits.filter(({ checkpoint }) => checkpoint)).toHaveLength(1)
})

test('a cancel that waits reaches the bot that goes on from a checkpoint', async () => {
  const { server } = await looking()
  server.crash()
  server.holdLeases = true
  server.write('cancel')
  server.holdLeases = false
  server.offer()
  await server.rest()
  expect(server.said).toEqual(['One moment.', 'Stopped.'])
  expect(server.processed).toBe(3)
})

test('what else waits comes after the work that goes on', async () => {
  const { server, finish } = await looking()
  server.crash()
  server.holdLeases = true
  server.write('pay again')
  server.holdLeases = false
  server.offer()
  await nextTick()
  expect(server.processed).toBe(2)
  finish('look')
  await nextTick()
  finish('pay')
  await nextTick()
  expect(server.processed).toBe(2)
  await nextTick()
  finish('look')
  await nextTick()
  finish('pay')
  await server.rest()
  expect(server.said.slice(3)).toEqual(['One moment.', 'Found it.', 'Paid.'])
  expect(server.processed).toBe(3)
})

test('a checkpoint whose answer was lost is sent again, and counts once', async () => {
  const scene = payer()
  await scene.server.says('hi')
  scene.server.write('pay')
  await nextTick()
  scene.server.beforeAnswer = () => {
    scene.server.beforeAnswer = () => {}
    lost()
  }
  scene.server.clock.advance(500)
  await nextTick()
  scene.finish('look')
  await nextTick()
  scene.finish('pay')
  await scene.server.rest()
  expect(scene.server.said).toEqual(['One moment.', 'Found it.', 'Paid.'])
})

test('there is none where the author wants none', async () => {
  const { server } = await looking({ checkpointAfterMs: Number.POSITIVE_INFINITY })
  expect(server.commits).toHaveLength(1)
})

test('there is none of a promise that could not be started again, and its turn goes on', async () => {
  const { server, finish } = await looking({ input: { at: new Date(0) } })
  expect(server.commits).toHaveLength(1)
  finish('look')
  await nextTick()
  finish('pay')
  await server.rest()
  expect(server.said).toEqual(['One moment.', 'Found it.', 'Paid.'])
})

test('a bot that leaves has its work done by another one', async () => {
  const { server, keys } = await looking()
  const closed = server.close(1_000)
  server.clock.advance(1_000)
  await closed
  server.crash()
  server.offer()
  await nextTick()
  expect(keys).toEqual(['ana~bot:2:look:1', 'ana~bot:2:look:1'])
})

/** Lets every promise that can go on do so. */
const nextTick = () => new Promise((resolve) => setImmediate(resolve))
