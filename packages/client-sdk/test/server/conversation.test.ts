import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from '@daakia/server'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Client,
  createClient,
  type HistoryPage,
  type HistoryRange,
  type Message,
  Refused,
  RpcFailure,
} from '../../src/index.js'
import { type CuttableLine, cuttableLine } from '../support/cuttable-line.js'
import { seededRandom } from '../support/seeded-random.js'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A server on loopback with a store on disk that can be started over. */
const scene = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-client-'))
  cleanUps.push(() => rm(folder, { recursive: true }))
  let server: Server
  let ports: { mqttPort?: number; httpPort?: number } = {}
  const start = async () => {
    const { mqttPort = 0, httpPort = 0 } = ports
    server = createServer({ dev: true, storage: { folder }, listen: { host: '127.0.0.1', mqttPort, httpPort } })
    ports = await server.start()
  }
  await start()
  cleanUps.push(() => server.close())
  return {
    get mqtt() {
      return `mqtt://127.0.0.1:${ports.mqttPort}`
    },
    get webSocket() {
      return `ws://127.0.0.1:${ports.httpPort}/mqtt`
    },
    port: () => ports.mqttPort ?? 0,
    restart: async () => {
      await server.close()
      await start()
    },
  }
}

const lineTo = async (port: () => number): Promise<CuttableLine> => {
  const line = await cuttableLine(port)
  cleanUps.push(() => line.close())
  return line
}

const enter = async (url: string, identity: string): Promise<Client> => {
  const client = createClient({ url, identity, backoff: { firstMs: 20, longestMs: 100 } })
  cleanUps.push(() => client.close({ giveUpAfterMs: 0 }))
  await client.online()
  return client
}

/** Resolves with what `client` has heard when it is `count` messages. */
const hear = (client: Client, count: number) =>
  new Promise<Message[]>((resolve) => {
    const heard: Message[] = []
    client.onMessage((message) => {
      heard.push(message)
      if (heard.length === count) resolve(heard)
    })
  })

/** Cuts the line, and resolves when the client has noticed. */
const cut = async (line: CuttableLine, client: Client) => {
  await client.online()
  await new Promise<void>((resolve) => {
    const stop = client.onStatus(({ state }) => {
      if (state !== 'offline') return
      stop()
      resolve()
    })
    line.cut()
  })
}

const texts = (messages: readonly Message[]) => messages.map(({ text }) => text)
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `message ${i + 1}`)

describe('two clients of a server', () => {
  test('talk over TCP and over a WebSocket', async () => {
    const { mqtt, webSocket } = await scene()
    const [ana, bob] = [await enter(mqtt, 'ana'), await enter(webSocket, 'bob')]
    const heard = hear(bob, 1)
    const sent = await ana.to('bob').send('Lunch?')
    expect(await heard).toEqual([sent])
    expect(sent).toMatchObject({ conversation: 'ana~bob', seq: 1, from: 'ana', text: 'Lunch?' })
    const answered = hear(ana, 1)
    await bob.to('ana').send('Yes.', { replyTo: sent.id })
    expect(await answered).toMatchObject([{ seq: 2, from: 'bob', text: 'Yes.', replyTo: sent.id }])
  })

  test('read the plain text of what is no text, when they hear it and in the history', async () => {
    const { mqtt } = await scene()
    const [ana, bob] = [await enter(mqtt, 'ana'), await enter(mqtt, 'bob')]
    const heard = hear(bob, 1)
    const body = { latitude: 52.5, longitude: 13.25 }
    const sent = await ana.to('bob').send({ type: 'location', body }, { plain: 'At home.\nCome!' })
    expect(sent).toMatchObject({ plain: 'At home.\nCome!', content: { ok: true, type: 'location', body } })
    expect(await heard).toEqual([sent])
    expect((await bob.to('ana').history()).messages).toMatchObject([{ type: 'location', plain: 'At home.\nCome!' }])
  })

  test('read back what was said, page by page', async () => {
    const ana = await enter((await scene()).mqtt, 'ana')
    const conversation = ana.to('bob')
    await Promise.all(numbered(7).map((text) => conversation.send(text)))
    const newest = await conversation.history({ limit: 3 })
    expect(newest).toMatchObject({ head: 7, messages: [{ seq: 5 }, { seq: 6 }, { seq: 7, text: 'message 7' }] })
    const before = await conversation.history({ before: 5, limit: 3 })
    expect(before.messages.map(({ seq }) => seq)).toEqual([2, 3, 4])
    const after = await conversation.history({ after: 5 })
    expect(after.messages.map(({ seq }) => seq)).toEqual([6, 7])
    const whole: number[] = []
    for (let range: HistoryRange | undefined = { since: newest.messages[0]?.at ?? 0, limit: 2 }; range; ) {
      const page: HistoryPage = await conversation.history(range)
      whole.push(...page.messages.map(({ seq }) => seq))
      range = page.more && { ...range, ...page.more }
    }
    expect(whole.slice(-3)).toEqual([5, 6, 7])
  })

  test('make a conversation of three', async () => {
    const { mqtt } = await scene()
    const [ana, bob, eve] = [await enter(mqtt, 'ana'), await enter(mqtt, 'bob'), await enter(mqtt, 'eve')]
    const heard = hear(bob, 1)
    const lunch = await ana.createConversation({ id: 'lunch', members: ['bob', 'cleo'] })
    await lunch.send('Where?')
    expect(await heard).toMatchObject([{ conversation: 'lunch', text: 'Where?' }])
    await expect(eve.conversation('lunch').send('Here!')).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x87 })
    await expect(eve.conversation('lunch').history()).rejects.toBeInstanceOf(RpcFailure)
  })

  test('go on after a refusal', async () => {
    const ana = await enter((await scene()).mqtt, 'ana')
    const bob = ana.to('bob')
    const [large, small] = await Promise.allSettled([bob.send('x'.repeat(300 * 1024)), bob.send('small')])
    expect(large).toMatchObject({ status: 'rejected', reason: expect.any(Refused) })
    expect(small).toMatchObject({ status: 'fulfilled', value: { seq: 1 } })
  })
})

describe('a line that breaks', () => {
  test.each([1, 2, 3])('loses and doubles nothing, wherever it is cut (seed %d)', async (seed) => {
    const random = seededRandom(seed)
    const { mqtt, port } = await scene()
    const line = await lineTo(port)
    const [ana, bob] = [await enter(line.url, 'ana'), await enter(mqtt, 'bob')]
    const heard = hear(bob, 60)
    const sent: Promise<Message>[] = []
    for (let burst = 0; burst < 12; burst++) {
      const said = hear(bob, 5)
      const accident = ['none', 'cut at once', 'answers lost'][Math.floor(random() * 3)]
      await ana.online()
      if (accident === 'answers lost') line.deafen()
      for (let i = 1; i <= 5; i++) sent.push(ana.to('bob').send(`message ${burst * 5 + i}`))
      if (accident === 'cut at once') await cut(line, ana)
      await said
      if (accident === 'answers lost') await cut(line, ana)
    }
    expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual(numbered(60).map((_, i) => i + 1))
    expect(texts(await heard)).toEqual(numbered(60))
    expect((await ana.to('bob').history()).head).toBe(60)
  })

  test('hides nothing that was said meanwhile', async () => {
    const { mqtt, port } = await scene()
    const line = await lineTo(port)
    const [ana, bob] = [await enter(mqtt, 'ana'), await enter(line.url, 'bob')]
    const heard = hear(bob, 50)
    for (const text of numbered(50)) {
      if (text.endsWith('0')) await cut(line, bob)
      await ana.to('bob').send(text)
    }
    expect(texts(await heard)).toEqual(numbered(50))
  })
})

describe('a server that restarts', () => {
  test('loses and doubles nothing', async () => {
    const world = await scene()
    const [ana, bob] = [await enter(world.mqtt, 'ana'), await enter(world.mqtt, 'bob')]
    const heard = hear(bob, 60)
    const first = numbered(60).map((text) => ana.to('bob').send(text))
    await first[10]
    await world.restart()
    expect((await Promise.all(first)).map(({ seq }) => seq)).toEqual(numbered(60).map((_, i) => i + 1))
    expect(texts(await heard)).toEqual(numbered(60))
  })
})
