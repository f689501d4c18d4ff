import { bot, connect } from '@daakia/bot-sdk'
import { Refused } from '@daakia/client-sdk'
import { expect, test, vi } from 'vitest'
import { createMachine } from 'xstate'
import { FakeServer } from '../support/fake-server.js'
import { order, sizeAsked } from '../support/order.js'
import { Wire } from '../support/wire.js'

const arrive = (options: { capacity?: number } = {}) => {
  const server = new FakeServer(order)
  const wire = new Wire(server)
  const warnings: string[] = []
  const log = { info: () => {}, warn: (_: object, message: string) => warnings.push(message) }
  const connection = connect(order, { transport: wire.open, clock: server.clock, log, ...options })
  return { server, wire, connection, warnings }
}

test('a bot announces what it takes, which version it is, and its apology', async () => {
  const { wire, connection } = arrive({ capacity: 7 })
  await connection.ready
  expect(wire.subscriptions).toContainEqual({
    filters: ['daak/turns/+'],
    properties: [
      ['capacity', '7'],
      ['version', expect.stringMatching(/^1:[0-9a-f]{8}$/)],
      ['apology', order.apology],
    ],
  })
  expect(connection.status).toEqual({ state: 'online' })
  await connection.close()
  expect(connection.status).toEqual({ state: 'closed' })
})

test('a machine that is built otherwise has another version, and one that is not has the same', async () => {
  const versionOf = async (states: object) => {
    const definition = bot({
      id: 'b',
      version: 1,
      machine: createMachine({ id: 'm', initial: 'a', states: { a: states } } as never),
    })
    const wire = new Wire(new FakeServer(definition))
    const connection = connect(definition, { transport: wire.open })
    await connection.ready
    await connection.close()
    return wire.subscriptions.flatMap(({ properties }) => properties).find(([name]) => name === 'version')?.[1]
  }
  expect(await versionOf({})).toBe(await versionOf({}))
  expect(await versionOf({})).not.toBe(await versionOf({ on: { cancel: {} } }))
})

test('a bot whose machine names the event of a failure announces that it wants to be told', async () => {
  const failing = bot({ id: 'b', version: 1, machine: createMachine({ id: 'm', on: { failed: {} } }) })
  const wire = new Wire(new FakeServer(failing))
  const connection = connect(failing, { transport: wire.open })
  await connection.ready
  await connection.close()
  expect(wire.subscriptions.flatMap(({ properties }) => properties)).toContainEqual(['failures', 'told'])
})

test('a conversation goes over the wire', async () => {
  const { server, connection } = arrive()
  await connection.ready
  await server.says('hi')
  await server.says('large')
  expect(server.said).toEqual(['Welcome.', sizeAsked, 'How many?'])
  await connection.close()
})

test('a commit whose answer got lost with the connection is repeated on the next one, and applied once', async () => {
  const { server, wire, connection } = arrive()
  await connection.ready
  const ids: string[] = []
  server.beforeAnswer = ({ commitId }) => {
    ids.push(commitId)
    if (ids.length === 1) wire.break()
  }
  server.write('hi')
  while (ids.length < 2) {
    await new Promise((resolve) => setImmediate(resolve))
    server.clock.advance(1_000)
  }
  expect(ids[1]).toBe(ids[0])
  await server.says('large')
  expect(server.said).toEqual(['Welcome.', sizeAsked, 'How many?'])
  await connection.close()
})

test('what it cannot read is told, and nothing more', async () => {
  const { wire, server, connection, warnings } = arrive()
  await connection.ready
  wire.send('daak/turns/ana~bot', 'what?')
  wire.send('daak/turns/ana~bot', '{"type":"lease"}')
  await server.says('hi')
  expect(warnings).toEqual(Array(2).fill('The server sent a turn that this bot cannot read'))
  expect(server.said).toHaveLength(2)
  await connection.close()
})

test('a bot that may not have its turns is told so', async () => {
  const { wire, connection } = (() => {
    const server = new FakeServer(order)
    const refusing = new Wire(server)
    refusing.refusal = new Refused(0x87, 'Only the bot itself')
    return { wire: refusing, connection: connect(order, { transport: refusing.open, clock: server.clock }) }
  })()
  await expect(connection.ready).rejects.toBe(wire.refusal)
  expect(connection.status).toEqual({ state: 'closed', reason: wire.refusal })
  await connection.close()
})

test.each([
  ['capacity', { capacity: 0 }, 'capacity: 0 is not a whole number from 1'],
  ['hotRuns', { hotRuns: -1 }, 'hotRuns: -1 is not a whole number from 0'],
])('%s has to be a number that makes sense', (_, options, message) => {
  expect(() => connect(order, { url: 'mqtt://127.0.0.1:1', ...options })).toThrow(message)
})

test('a bot that another copy of the package made is refused, with what to do', async () => {
  vi.resetModules()
  const other = await import('@daakia/bot-sdk')
  expect(other.connect).not.toBe(connect)
  const machine = createMachine({ id: 'm' })
  const theirs = other.bot({ id: 'b', version: 1, machine })
  const { open: transport } = new Wire(new FakeServer(order))
  expect(() => connect(theirs, { transport })).toThrow(/"b" was made by another copy of @daakia\/bot-sdk .*npm ls/)
  expect(() => connect({ ...theirs, id: 'c' }, { transport })).toThrow(/another copy/)
  expect(() => connect({ id: 'b', version: 1, machine } as never, { transport })).toThrow(/make one with bot\(\)/)
  await connect({ ...order, id: 'c' }, { transport }).close()
})
