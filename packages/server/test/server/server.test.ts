import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type IPublishPacket, type MqttClient, type Packet } from 'mqtt'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createServer, type Server, type ServerOptions, StorageError } from '../../src/index.js'
import { holdFlush } from '../support/hold-flush.js'

const listen = { mqttPort: 0, httpPort: 0 }

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-server-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const start = async (options: ServerOptions) => {
  const server = createServer(options)
  onTestFinished(() => server.close())
  return { server, ...(await server.start()) }
}

const connect = async (url: string, username: string): Promise<MqttClient> => {
  const client = await mqtt.connectAsync(url, {
    protocolVersion: 5,
    username,
    clientId: `${username}-${url.slice(0, 2)}`,
    reconnectPeriod: 0,
  })
  onTestFinished(() => client.endAsync(true))
  return client
}

const nextMessage = (client: MqttClient) =>
  new Promise<{ topic: string; text: string; packet: IPublishPacket }>((resolve) => {
    client.once('message', (topic, payload, packet) => resolve({ topic, text: payload.toString(), packet }))
  })

const ping = (client: MqttClient) =>
  new Promise<void>((resolve) => {
    const hear = ({ cmd }: Packet) => {
      if (cmd !== 'pingresp') return
      client.off('packetreceive', hear)
      resolve()
    }
    client.on('packetreceive', hear)
    client.sendPing()
  })

/** Resolves when what the server could answer at once has come: a PINGRESP may overtake what takes a few promises. */
const answeredAtOnce = async (client: MqttClient): Promise<void> => {
  for (let i = 0; i < 5; i++) await ping(client)
}

describe('a server on disk', () => {
  test('lets clients in over TCP and over WebSocket, and they talk', async () => {
    const { mqttPort, httpPort } = await start({ storage: { folder: await newFolder() }, dev: true, listen })
    const ana = await connect(`mqtt://127.0.0.1:${mqttPort}`, 'ana')
    const ben = await connect(`ws://127.0.0.1:${httpPort}/mqtt`, 'ben')
    await ben.subscribeAsync('daak/from/+', { qos: 1 })
    const heard = nextMessage(ben)
    await ana.publishAsync('daak/to/ben', 'hi', { qos: 1 })
    expect(await heard).toMatchObject({ topic: 'daak/from/ana', text: 'hi' })
  })

  test('answers that it is healthy', async () => {
    const { httpPort } = await start({ storage: { folder: await newFolder() }, dev: true, listen })
    const response = await fetch(`http://127.0.0.1:${httpPort}/healthz`)
    expect([response.status, await response.text()]).toEqual([200, 'ok\n'])
  })

  test('knows after a restart what was said before', async () => {
    const folder = await newFolder()
    const before = await start({ storage: { folder }, dev: true, listen })
    const ana = await connect(`mqtt://127.0.0.1:${before.mqttPort}`, 'ana')
    await ana.publishAsync('daak/to/ben', 'hi', { qos: 1 })
    await before.server.close()
    const { mqttPort } = await start({ storage: { folder }, dev: true, listen })
    const ben = await connect(`mqtt://127.0.0.1:${mqttPort}`, 'ben')
    const heard = nextMessage(ben)
    await ben.subscribeAsync('daak/from/+', { qos: 1, properties: { userProperties: { since: '1:0' } } })
    expect(await heard).toMatchObject({ text: 'hi', packet: { properties: { userProperties: { seq: '1' } } } })
  })

  test('acknowledges, delivers and gives to bots nothing before it is on disk', async () => {
    const { mqttPort } = await start({ storage: { folder: await newFolder() }, dev: true, listen })
    const url = `mqtt://127.0.0.1:${mqttPort}`
    const [ana, ben, bot] = [await connect(url, 'ana'), await connect(url, 'ben'), await connect(url, 'order-bot')]
    // A conversation that is made waits for the disk as well.
    for (const topic of ['daak/to/ben', 'daak/to/order-bot']) await ana.publishAsync(topic, 'hello', { qos: 1 })
    await ben.subscribeAsync('daak/from/+', { qos: 1 })
    const leased = nextMessage(bot)
    await bot.subscribeAsync('daak/turns/+', { qos: 1 })
    await leased
    const left: string[] = []
    ben.on('message', () => left.push('delivery'))
    bot.on('message', () => left.push('work'))
    const heard = Promise.all([nextMessage(ben), nextMessage(bot)])
    const flush = holdFlush()
    const acknowledged = ['daak/to/ben', 'daak/to/order-bot'].map(async (topic) => {
      await ana.publishAsync(topic, 'hi', { qos: 1 })
      left.push('acknowledgement')
    })
    try {
      await answeredAtOnce(ana)
      expect(left).toEqual([])
    } finally {
      await flush.release()
    }
    await Promise.all([...acknowledged, heard])
    expect(left.toSorted()).toEqual(['acknowledgement', 'acknowledgement', 'delivery', 'work'])
  })

  test('says goodbye when it closes', async () => {
    const { server, mqttPort } = await start({ storage: { folder: await newFolder() }, dev: true, listen })
    const ana = await connect(`mqtt://127.0.0.1:${mqttPort}`, 'ana')
    const goodbye = new Promise((resolve) => ana.once('disconnect', resolve))
    await server.close()
    expect(await goodbye).toMatchObject({ reasonCode: 0x8b })
  })
})

describe('a server does not start', () => {
  const refusal = async (options: Partial<ServerOptions>): Promise<unknown> => {
    const server = createServer({ storage: { folder: '' }, dev: true, ...options })
    const error = await server.start().then(
      () => undefined,
      (refused: unknown) => refused,
    )
    await server.close()
    return error
  }

  test('in a folder that another one has; and does when that one has closed', async () => {
    const folder = await newFolder()
    const { server } = await start({ storage: { folder }, dev: true })
    expect(await refusal({ storage: { folder } })).toMatchObject({ name: 'StorageError', reason: 'in-use' })
    await server.close()
    expect(await refusal({ storage: { folder } })).toBeUndefined()
  })

  test('in what is no folder', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, '')
    const error = await refusal({ storage: { folder: file } })
    expect(error).toBeInstanceOf(StorageError)
    expect((error as StorageError).message.split('\n')).toHaveLength(1)
  })

  test('on a port that is taken, and leaves its folder free', async () => {
    const taken = createTcpServer()
    taken.listen(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as { port: number }
    const folder = join(await newFolder(), 'data')
    await mkdir(folder)
    expect(await refusal({ storage: { folder }, listen: { mqttPort: port } })).toMatchObject({
      code: 'EADDRINUSE',
      port,
    })
    expect(await refusal({ storage: { folder }, listen: { mqttPort: 0 } })).toBeUndefined()
  })
})

describe('a server that does not run', () => {
  const closedAtOnce = async (server: Server) => {
    const stream = server.connect()
    await new Promise<void>((resolve) => stream.open({ data: () => {}, drained: () => {}, closed: resolve }))
  }

  test('takes no stream, and closing it again does nothing', async () => {
    const server = createServer({ storage: { folder: await newFolder() }, dev: true })
    await closedAtOnce(server)
    await server.start()
    await server.close()
    await server.close()
    await closedAtOnce(server)
  })

  test('can be started again', async () => {
    const server = createServer({ storage: { folder: await newFolder() }, dev: true, listen: { mqttPort: 0 } })
    await server.start()
    await server.close()
    const { mqttPort } = await server.start()
    const ana = await connect(`mqtt://127.0.0.1:${mqttPort}`, 'ana')
    expect(ana.connected).toBe(true)
    await server.close()
  })
})

test('two servers live in one process, and know nothing of each other', async () => {
  const [one, two] = [
    await start({ storage: { folder: await newFolder() }, dev: true, listen }),
    await start({ storage: { folder: await newFolder() }, dev: true, listen }),
  ]
  const ana = await connect(`mqtt://127.0.0.1:${one.mqttPort}`, 'ana')
  const [here, there] = [
    await connect(`mqtt://127.0.0.1:${one.mqttPort}`, 'ben'),
    await connect(`mqtt://127.0.0.1:${two.mqttPort}`, 'ben'),
  ]
  for (const ben of [here, there]) await ben.subscribeAsync('daak/from/+', { qos: 1 })
  const [heard, strayed] = [nextMessage(here), [] as string[]]
  there.on('message', (topic) => strayed.push(topic))
  await ana.publishAsync('daak/to/ben', 'hi', { qos: 1 })
  await heard
  await two.server.rest()
  expect(strayed).toEqual([])
})

test('identities that a function gives are kept apart by vendor', async () => {
  const { mqttPort } = await start({
    storage: { folder: await newFolder() },
    authentication: [
      ({ username = '', password }) =>
        new TextDecoder().decode(password) === 'secret'
          ? { identity: { vendor: username.split('.')[0] ?? '', client: username.split('.')[1] ?? '' } }
          : { reasonCode: 0x86, reason: 'Wrong password' },
    ],
    listen,
  })
  const url = `mqtt://127.0.0.1:${mqttPort}`
  const as = (username: string, password = 'secret') =>
    mqtt.connectAsync(url, { protocolVersion: 5, username, password, clientId: username, reconnectPeriod: 0 })
  await expect(as('acme.ana', 'guess')).rejects.toMatchObject({ code: 0x86 })
  const [ana, ours, theirs] = [await as('acme.ana'), await as('acme.ben'), await as('rival.ben')]
  for (const ben of [ours, theirs]) await ben.subscribeAsync('daak/from/+', { qos: 1 })
  const strayed: string[] = []
  theirs.on('message', (topic) => strayed.push(topic))
  const heard = nextMessage(ours)
  await ana.publishAsync('daak/to/ben', 'hi', { qos: 1 })
  expect((await heard).text).toBe('hi')
  await expect(ana.publishAsync('plain/topic', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 })
  expect(strayed).toEqual([])
  for (const client of [ana, ours, theirs]) await client.endAsync(true)
})
