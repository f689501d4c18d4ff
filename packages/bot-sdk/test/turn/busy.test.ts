import { bot, type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer, type FakeServerOptions } from '../support/fake-server.js'

const types = {} as { events: Heard; emitted: Said }
const minute = 60_000

/** A bot that works when it is told to, and may be cancelled meanwhile. */
function worker({ checkpointAfterMs = 500, ...options }: FakeServerOptions & { checkpointAfterMs?: number } = {}) {
  const keys: string[] = []
  let finish = (_: string) => {}
  const work = fromPromise<string>(({ self }) => {
    keys.push(idempotencyKey(self))
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  const machine = setup({ types, actors: { work }, delays: { patience: 5 * minute } }).createMachine({
    id: 'worker',
    initial: 'idle',
    states: {
      idle: { on: { message: 'working' } },
      working: {
        invoke: { id: 'work', src: 'work', onDone: { target: 'idle', actions: say(({ event }) => event.output) } },
        on: { cancel: { target: 'idle', actions: say('stopped') }, help: { actions: say('Patience.') } },
        after: { patience: { target: 'idle', actions: say('that takes too long') } },
      },
    },
  })
  const server = new FakeServer(
    bot({ id: 'bot', version: 1, machine, notUnderstood: 'Pardon?', checkpointAfterMs }),
    options,
  )
  return { server, keys, finish: (result: string) => finish(result) }
}

test('a turn waits for the promise that its message started', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  expect(server.commits).toHaveLength(1)
  finish('done')
  await server.rest()
  expect(server.said).toEqual(['done'])
})

test('a cancel reaches a bot that is busy, in the same turn', async () => {
  const { server } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.write('cancel')
  await server.rest()
  expect(server.said).toEqual(['stopped'])
  expect(server.commits.at(-1)).toMatchObject({ processed: 3 })
  expect(server.commits).toHaveLength(2)
})

test('what a busy bot cannot take waits for a turn of its own', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.write('more work')
  await nextTick()
  finish('first')
  await server.event()
  await nextTick()
  finish('second')
  await server.rest()
  expect(server.said).toEqual(['first', 'second'])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 2, 3])
})

test('what came before a cancel is not passed over', async () => {
  const { server } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.write('are you there?')
  server.write('cancel')
  await server.rest()
  expect(server.said).toEqual(['Pardon?', 'stopped'])
  expect(server.processed).toBe(4)
})

test('a timer that falls due wins over the promise', async () => {
  const { server } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.clock.advance(5 * minute)
  await server.rest()
  expect(server.said).toEqual(['that takes too long'])
  expect(server.timers).toEqual([])
})

test('the lease is renewed while the bot works, and not after', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.clock.advance(minute)
  expect(server.renewals).toBe(4)
  finish('done')
  await server.rest()
  await nextTick()
  server.clock.advance(minute)
  expect(server.renewals).toBe(4)
})

test('work that was under way when the process died is done again, with the same key', async () => {
  const { server, keys, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.crash()
  server.offer()
  await nextTick()
  finish('done')
  await server.rest()
  expect(server.said).toEqual(['done'])
  expect(keys).toEqual(['ana~bot:2:work:1', 'ana~bot:2:work:1'])
})

test('a cancel that waited while the bot was away reaches it too', async () => {
  const { server } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.crash()
  server.holdLeases = true
  server.write('cancel')
  server.write('more work')
  server.holdLeases = false
  server.attempt = 2
  server.offer()
  await nextTick()
  expect(server.said).toEqual(['stopped'])
  expect(server.processed).toBe(3)
  server.write('cancel')
  await server.rest()
  expect(server.said).toEqual(['stopped', 'stopped'])
})

test('a cancel that arrives just before the answer to a commit reaches what is done next', async () => {
  const { server } = worker()
  server.holdLeases = true
  server.write('hi')
  server.write('work')
  server.holdLeases = false
  server.beforeAnswer = () => {
    server.beforeAnswer = () => {}
    server.write('cancel')
  }
  server.offer()
  await nextTick()
  await nextTick()
  expect(server.said).toEqual(['stopped'])
  expect(server.processed).toBe(3)
})

test('a cancel that came too early is taken as soon as the machine can take it', async () => {
  let prepared = () => {}
  const actors = {
    prepare: fromPromise(() => new Promise<void>((resolve) => (prepared = resolve))),
    work: fromPromise(() => new Promise<void>(() => {})),
  }
  const machine = setup({ types, actors }).createMachine({
    id: 'worker',
    initial: 'preparing',
    states: {
      preparing: { invoke: { id: 'prepare', src: 'prepare', onDone: 'working' } },
      working: { invoke: { id: 'work', src: 'work' }, on: { cancel: { target: 'idle', actions: say('stopped') } } },
      idle: {},
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  server.write('hi')
  await nextTick()
  server.write('cancel')
  await nextTick()
  prepared()
  await nextTick()
  expect(server.said).toEqual(['stopped'])
  expect(server.processed).toBe(2)
})

test('what is pushed again is handled once', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.write('help')
  server.pushAgain(3)
  await nextTick()
  finish('done')
  await server.rest()
  expect(server.said).toEqual(['Patience.', 'done'])
})

test('a timer that fired while the bot worked, and was set anew, does not fire again when the server names the old one', async () => {
  const actors = { work: fromPromise(() => new Promise<void>(() => {})) }
  const machine = setup({ types, actors, delays: { soon: minute } }).createMachine({
    id: 'worker',
    initial: 'working',
    states: {
      working: {
        invoke: { id: 'work', src: 'work' },
        on: { cancel: 'idle' },
        initial: 'waiting',
        states: { waiting: { after: { soon: { target: 'waiting', reenter: true, actions: say('still at it') } } } },
      },
      idle: { entry: say('stopped') },
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  server.write('hi')
  await nextTick()
  const due = server.clock.now() + minute
  server.clock.advance(minute)
  await nextTick()
  server.pushTimer('xstate.after.soon.worker.working.waiting', due)
  await nextTick()
  server.write('cancel')
  await server.rest()
  expect(server.said).toEqual(['still at it', 'stopped'])
})

test('a lease that is gone stops the work', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.grant()
  await nextTick()
  finish('done by the new holder')
  await server.rest()
  expect(server.said).toEqual(['done by the new holder'])
})

test('a bot that leaves finishes its work first', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  const closed = server.close()
  finish('done')
  await closed
  expect(server.said).toEqual(['done'])
})

test('a bot that leaves takes no more than the turn that is open', async () => {
  const { server, finish } = worker()
  await server.says('hi')
  server.write('work')
  await nextTick()
  server.write('more work')
  const closed = server.close()
  finish('done')
  await closed
  expect(server.said).toEqual(['done'])
  expect(server.processed).toBe(2)
})

test('work that takes longer than the grace is given up, uncommitted', async () => {
  const { server } = worker({ checkpointAfterMs: Number.POSITIVE_INFINITY })
  await server.says('hi')
  server.write('work')
  await nextTick()
  const closed = server.close(1_000)
  server.clock.advance(1_000)
  await closed
  expect(server.processed).toBe(1)
})

/** Lets every promise that can go on do so. */
const nextTick = () => new Promise((resolve) => setImmediate(resolve))
