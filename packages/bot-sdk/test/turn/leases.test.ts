import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, fromCallback, setup } from 'xstate'
import { FakeServer, hanging, lost } from '../support/fake-server.js'

const counter = setup({
  types: {} as { events: Heard; emitted: Said; context: { n: number } },
}).createMachine({
  id: 'counter',
  context: { n: 0 },
  on: { message: { actions: [assign({ n: ({ context }) => context.n + 1 }), say(({ context }) => `${context.n}`)] } },
})
const counting = bot({ id: 'bot', version: 1, machine: counter })

test('a commit whose answer is lost is sent again under the same id, and applied once', async () => {
  const server = new FakeServer(counting)
  await server.says('hi')
  const ids: string[] = []
  server.beforeAnswer = ({ commitId }) => {
    ids.push(commitId)
    if (ids.length < 3) lost()
  }
  server.write('one')
  while (ids.length < 3) await server.event()
  server.beforeAnswer = () => {}
  await server.says('two')
  expect(new Set(ids).size).toBe(1)
  expect(server.said).toEqual(['1', '2'])
})

test('a commit whose answer never comes is found in the next lease, and its run goes on', async () => {
  const server = new FakeServer(counting)
  await server.says('hi')
  server.commit = hanging(server)
  server.write('one')
  await server.event()
  delete (server as Partial<FakeServer>).commit
  server.corrupt()
  await server.says('two')
  expect(server.said).toEqual(['1', '2'])
  expect(server.parked).toEqual([])
})

test('a commit whose answer comes at once with the next lease is known to be applied', async () => {
  const committed: number[] = []
  const server = new FakeServer(counting, {
    hooks: { 'turn.committed': ({ revision }) => void committed.push(revision) },
  })
  await server.says('hi')
  server.beforeAnswer = () => {
    server.beforeAnswer = () => {}
    server.write('two')
  }
  await server.says('one')
  await server.rest()
  expect(server.said).toEqual(['1', '2'])
  expect(committed).toEqual([0, 1, 2])
})

test('a commit that was not applied is forgotten with its run', async () => {
  const server = new FakeServer(counting)
  await server.says('hi')
  server.commit = () => new Promise(() => {})
  server.write('one')
  await settled()
  delete (server as Partial<FakeServer>).commit
  server.grant()
  await server.rest()
  expect(server.said).toEqual(['1'])
})

test('a run in memory is not used where the state has moved on without it', async () => {
  const server = new FakeServer(counting)
  await server.says('hi')
  await server.says('one')
  const { state } = server
  await server.says('two')
  server.setBack(state)
  await server.says('two again')
  expect(server.said).toEqual(['1', '2', '2'])
})

test('a run in memory goes on without a restore', async () => {
  let starts = 0
  const watched = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
    id: 'm',
    initial: 'a',
    states: { a: {} },
    on: { message: { guard: () => ++starts > 0, actions: say('yes') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: watched }))
  await server.says('hi')
  server.corrupt()
  await server.says('still there?')
  expect(server.said).toEqual(['yes'])
  expect(server.parked).toEqual([])
})

test('only so many runs stay in memory: without any, each turn restores its own', async () => {
  const server = new FakeServer(counting, { hotRuns: 0 })
  await server.says('hi')
  server.corrupt()
  await server.says('still there?')
  expect(server.parked).toHaveLength(1)
})

test('a run with a live callback is taken up anew in each turn', async () => {
  const heard: string[] = []
  const listen = fromCallback(() => {
    heard.push('start')
    return () => heard.push('stop')
  })
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { listen } }).createMachine({
    id: 'm',
    invoke: { id: 'l', src: 'listen' },
    on: { message: { actions: say('yes') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  server.holdLeases = true
  server.write('hi')
  server.write('there')
  server.holdLeases = false
  server.offer()
  await server.rest()
  await settled()
  expect(server.said).toEqual(['yes'])
  expect(heard).toEqual(['start', 'stop', 'start', 'stop'])
})

test('the points of a turn are reached in order, and waited for', async () => {
  const points: string[] = []
  const note = (name: string) => async () => {
    await settled()
    points.push(`${name}, ${server.said.length} said`)
  }
  const server: FakeServer = new FakeServer(counting, {
    hooks: { 'turn.leased': note('leased'), 'turn.commit': note('commit'), 'turn.committed': note('committed') },
  })
  await server.says('hi')
  server.write('one')
  while (points.length < 6) await settled()
  expect(points.slice(3)).toEqual(['leased, 0 said', 'commit, 0 said', 'committed, 1 said'])
})

test('a push without an open lease is not heard', async () => {
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, delays: { soon: 10 } }).createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { after: { soon: { actions: say('tick') } } } },
    on: { message: { actions: say('yes') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  await server.says('hi')
  await settled()
  server.pushTimer('xstate.after.soon.m.a')
  await server.says('there')
  expect(server.said).toEqual(['yes'])
})

/** Lets every promise that can go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
