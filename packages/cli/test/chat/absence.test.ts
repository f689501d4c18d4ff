import { PassThrough } from 'node:stream'
import { createClient } from '@daakia/client-sdk'
import { type Clock, topics } from '@daakia/protocol'
import { createServer, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { onAbsence } from '../../src/chat/absence.js'
import { operatorLink } from '../../src/chat/operator-link.js'
import { chat } from '../../src/index.js'
import { afterwards, startBot, startParrot, startServer } from '../support/house.js'
import { testIo, untilWritten } from '../support/test-io.js'

/** A chat from a pipe that is connected. */
const open = (url: string, to?: string) => {
  const { io, input, output, errors, written } = testIo()
  const status = chat({ as: 'ana', url, ...(to !== undefined && { to }) }, io)
  afterwards(() => {
    input.end()
    return status
  })
  return { input, output, errors, written, status }
}

/** What ana, who may ask nobody but as herself, is told of who is absent, and when. */
const asMember = async (url: string, bot: string, clock?: Clock) => {
  const client = createClient({ url, identity: 'ana' })
  afterwards(() => client.close())
  const told = new PassThrough({ encoding: 'utf8' })
  const stop = onAbsence({ client, bot, ...(clock && { clock }) }, (text) => told.write(`${text}\n`))
  afterwards(async () => stop())
  await client.online()
  return { client, told }
}

/** A server for which who has left is gone at once. */
const startWithoutGrace = async () => {
  const limits = { presenceGraceMs: 1 }
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 }, limits })
  afterwards(() => server.close())
  return `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
}

/** Resolves when the presence of `client` is this, as `operator` is told. */
const untilPresent = async (url: string, client: string, status: string) => {
  const link = operatorLink(url)
  try {
    await new Promise<void>((resolve) => {
      void link.subscribe({
        filters: [{ filter: topics.presence(client), qos: 1 }],
        receive: ({ payload }) => new TextDecoder().decode(payload).includes(`"${status}"`) && resolve(),
      })
    })
  } finally {
    await link.close()
  }
}

describe('who talks to somebody that is not there', () => {
  test('is told at once, before a word is said, with the bots that are; the answer comes when the bot does', async () => {
    const url = await startServer()
    await startBot(url, 'order-bot')
    const { input, output, errors, status } = open(url, 'parrot')
    const told = await untilWritten(errors, /\. Running/)
    expect(told).toContain(
      'parrot has never been here. Is the name right, and is it running? What you say is kept until it comes. Running now: order-bot.\n',
    )
    const answered = untilWritten(output, /You said "hello"/)
    input.end('hello\n')
    await startParrot(url)
    await answered
    expect(await status).toBe(0)
  })

  test('is told that no bot is there at all', async () => {
    const { errors } = open(await startServer(), 'parrot')
    expect(await untilWritten(errors, /No bot/)).toContain('is kept until it comes. No bot is running now.\n')
  })

  test('is told since when the bot is gone, once for each time', async () => {
    const url = await startWithoutGrace()
    const { client, told } = await asMember(url, 'ben')
    const never = untilWritten(told, /never been here/)
    await client.to('ben').send('hi')
    await never
    const since = /^ben has not been here since 20\d\d-.*Z\. Is it running\? What you say is kept until it comes\.\n$/
    for (const word of ['hello?', 'and now?']) {
      const ben = createClient({ url, identity: 'ben' })
      await ben.online()
      const heard = new Promise((resolve) => client.to('ben').onMessage(resolve))
      await client.to('ben').send('there you are')
      await heard
      await client.call('presence', 'read', { clients: ['ben'] })
      await ben.close()
      await untilPresent(url, 'ben', 'offline')
      const gone = untilWritten(told, /not been here/)
      await client.to('ben').send(word)
      expect(await gone).toMatch(since)
    }
  })

  test('is told a little later where the bot has only just vanished', async () => {
    const url = await startWithoutGrace()
    let ring = () => {}
    const clock: Clock = {
      now: () => 0,
      after: (_, run) => {
        ring = run
        return { cancel: () => {} }
      },
    }
    const { client, told } = await asMember(url, 'ben', clock)
    const ben = createClient({ url, identity: 'ben' })
    await ben.online()
    await client.to('ben').send('hi')
    await ben.close()
    await untilPresent(url, 'ben', 'offline')
    const gone = untilWritten(told, /not been here/)
    ring()
    await gone
  })

  test('is told after the first message where nobody tells before', async () => {
    const { client, told } = await asMember(await startServer(), 'parrot')
    const heard = untilWritten(told, /\n/)
    await client.to('parrot').send('hello')
    expect(await heard).toBe(
      'parrot has never been here. Is the name right, and is it running? What you say is kept until it comes.\n',
    )
  })
})

describe('who does not say whom to', () => {
  test('talks with the one bot that runs', async () => {
    const url = await startServer()
    await startParrot(url)
    const { input, status, written } = open(url)
    input.end('hello\n')
    expect(await status).toBe(0)
    expect(written.output).toMatch(/^ana> hello\nparrot< You said "hello"/)
  })

  test('is told that none runs, and talks with the first that comes', async () => {
    const url = await startServer()
    const { input, errors, output } = open(url)
    expect(await untilWritten(errors, /waiting/)).toBe(
      `No bot is running at ${url}. Start one, in another terminal; waiting for it.\n`,
    )
    const answered = untilWritten(output, /You said "hello"/)
    input.write('hello\n')
    await startParrot(url)
    await answered
  })

  test('is asked to, where several run', async () => {
    const url = await startServer()
    await startBot(url, 'one-bot')
    await startBot(url, 'other-bot')
    const { status, written } = open(url)
    expect(await status).toBe(1)
    expect(written.errors).toBe('Several bots are running: say with --to whom: one-bot, other-bot.\n')
  })

  test('is asked to, where the server does not trust everybody', async () => {
    const server = createServer({
      authentication: [
        ({ username = '' }) => (username === 'ana' ? { identity: { vendor: 'acme', client: 'ana' } } : undefined),
      ],
      storage: memoryKeyValue(),
      listen: { mqttPort: 0 },
    })
    afterwards(() => server.close())
    const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
    const { status, written } = open(url)
    expect(await status).toBe(1)
    expect(written.errors).toContain('Say with --to whom you talk with')
  })

  test('waits in a pipe no longer than for an answer', async () => {
    const url = await startServer()
    const { io, input, written } = testIo()
    input.end('hello\n')
    expect(await chat({ as: 'ana', url, silenceSeconds: 0.2 }, io)).toBe(1)
    expect(written.errors).toContain('No bot came in 0.2 s.\n')
  })
})
