import { once } from 'node:events'
import { type AddressInfo, connect as connectSocket, createServer as createSocketServer } from 'node:net'
import { type Bot, bot, connect, type Heard, type Hide, type Said, say } from '@daakia/bot-sdk'
import { createClient } from '@daakia/client-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { afterEach, expect, test } from 'vitest'
import { setup } from 'xstate'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type Choice = { type: 'refund' } | { type: 'reorder' }

const machine = setup({ types: {} as { events: Heard<Choice>; emitted: Said } }).createMachine({
  id: 'desk',
  entry: say('What can I do for you?'),
  initial: 'deciding',
  states: {
    deciding: { tags: ['choose'], on: { refund: 'suspecting', reorder: { actions: say('Ordered again.') } } },
    suspecting: { entry: say('One moment.'), initial: 'scoring', states: { scoring: { on: { refund: {} } } } },
  },
})

const desk = (hide?: Hide) =>
  bot({
    ...{ id: 'desk', version: 1, machine },
    recognise: (text) => (text === 'refund' || text === 'reorder' ? { type: text } : undefined),
    ...(hide && { hide }),
  })

/** A way to the server on which all that comes from it is kept. */
const listenIn = async (port: number) => {
  const heard: Buffer[] = []
  const door = createSocketServer((socket) => {
    const inside = connectSocket(port, '127.0.0.1')
    socket.pipe(inside).on('data', (bytes) => heard.push(bytes))
    inside.pipe(socket)
    for (const end of [socket, inside]) end.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  cleanUps.push(() => door.close())
  return { port: (door.address() as AddressInfo).port, bytes: () => Buffer.concat(heard).toString('latin1') }
}

/** Ana in a conversation with the bot, over TCP. */
const enter = async (definition: Bot) => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  cleanUps.push(() => server.close())
  const { mqttPort = 0 } = await server.start()
  const running = connect(definition, { url: `mqtt://127.0.0.1:${mqttPort}` })
  cleanUps.push(() => running.close())
  await running.ready
  const { port, bytes } = await listenIn(mqttPort)
  const ana = createClient({ url: `mqtt://127.0.0.1:${port}`, identity: 'ana' })
  cleanUps.push(() => ana.close())
  await ana.online()
  return { conversation: ana.to('desk'), bytes }
}

/** A button for each event that the bot takes just now, and that this client has words for. */
const buttons = (accepts: readonly string[]) => ['refund', 'reorder'].filter((type) => accepts.includes(type))

test('a client draws buttons from what a bot takes, and presses one', async () => {
  const { conversation } = await enter(desk())
  const drawn: string[][] = []
  const press = (id: string) => conversation.send({ type: 'action', body: { id, value: id } })
  const drawnTwice = new Promise<void>((resolve) => {
    conversation.onState((_, { tags, accepts }) => {
      drawn.push(tags.includes('choose') ? buttons(accepts) : [])
      if (drawn.length === 1) void press('refund')
      else resolve()
    })
  })
  await conversation.send('hi')
  await drawnTwice
  expect(drawn).toEqual([['refund', 'reorder'], []])
})

test.each<[string, Hide | undefined, Record<string, boolean>]>([
  ['nothing', undefined, { suspecting: true, scoring: true, reorder: true, choose: true }],
  [
    'what is below a state',
    { states: ['suspecting'] },
    { suspecting: true, scoring: false, reorder: true, choose: true },
  ],
  ['events and tags', { events: ['reorder'], tags: ['choose'] }, { scoring: true, reorder: false, choose: false }],
  ['all', true, { suspecting: false, scoring: false, reorder: false, choose: false }],
])('of what is hidden, no byte reaches a member: %s', async (_, hide, seen) => {
  const { conversation, bytes } = await enter(desk(hide))
  const processed = new Map<number, () => void>()
  const until = (seq: number) => new Promise<void>((resolve) => processed.set(seq, resolve))
  conversation.onState((_, state) => processed.get(state.processed)?.())
  const [first, second] = [until(1), until(3)]
  await conversation.send('hi')
  await first
  await conversation.send({ type: 'action', body: { id: 'button', value: 'refund' } })
  await second
  const told = bytes()
  expect(told).toContain('"processed"')
  expect(Object.fromEntries(Object.keys(seen).map((word) => [word, told.includes(word)]))).toEqual(seen)
})
