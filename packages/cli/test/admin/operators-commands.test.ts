import { type BotConnection, bot, connect, type Heard, type Said, say } from '@daakia/bot-sdk'
import { createClient } from '@daakia/client-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { run } from '../../src/program.js'
import { afterwards } from '../support/house.js'
import { testIo } from '../support/test-io.js'

const daakia = async (url: string, ...words: string[]) => {
  const { io, written } = testIo()
  const status = await run([...words, '--url', url], io)
  return { status, ...written }
}

/** Breaks at "break" for as long as it is not mended. */
const brittle = (mended: () => boolean, version = 1) => {
  const machine = setup({
    types: {} as { events: Heard; emitted: Said },
    actions: {
      work: ({ event }) => {
        if (event.type === 'message' && event.text === 'break' && !mended()) throw new Error('no oven')
      },
    },
  }).createMachine({
    id: 'brittle',
    entry: say('Hello.'),
    on: { message: { actions: ['work', say(({ event }) => `Done: ${event.text}`)] } },
  })
  return bot({ id: 'shop', version, machine, apology: 'Sorry.' })
}

const start = async (url: string, definition: ReturnType<typeof brittle>): Promise<BotConnection> => {
  const running = connect(definition, { url, log: { info: () => {}, warn: () => {} } })
  afterwards(() => running.close())
  await running.ready
  return running
}

/** Ana, in a conversation with the shop. */
const enter = async (url: string) => {
  const ana = createClient({ url, identity: 'ana' })
  afterwards(() => ana.close())
  await ana.online()
  const shop = ana.to('shop')
  const messages = shop.messages()
  return {
    says: (text: string) => shop.send(text),
    /** Resolves when the shop has said it. */
    async hears(text: string) {
      for await (const { from, content } of messages)
        if (from === 'shop' && content.ok && content.type === 'text' && content.body.text === text) return
    },
  }
}

const open = async () => {
  const server = createServer({
    dev: true,
    storage: memoryKeyValue(),
    retries: { firstMs: 0 },
    listen: { mqttPort: 0 },
  })
  afterwards(() => server.close())
  const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
  return { server, url }
}

const id = 'ana~shop/shop/2'

describe('daakia dead-letters', () => {
  test('lists, shows and gives to the bot again what it failed at', async () => {
    const { url } = await open()
    let isMended = false
    await start(
      url,
      brittle(() => isMended),
    )
    const ana = await enter(url)
    await ana.says('hi')
    await ana.hears('Hello.')
    await ana.says('break')
    await ana.hears('Sorry.')

    const list = await daakia(url, 'dead-letters', 'list')
    expect(list.output.split('\n').map((line) => line.replace(/\s{2,}/g, ' | '))).toEqual([
      'ID | GIVEN UP | ABOUT | CAUSE',
      expect.stringMatching(/^ana~shop\/shop\/2 \| \d{4}-.*Z \| message 3 of ana \| Error: no oven$/),
      '',
    ])
    const [line = ''] = (await daakia(url, 'dead-letters', 'list', '--bot', 'shop', '--json')).output.split('\n')
    expect(JSON.parse(line)).toMatchObject({ id, tries: [{}, {}, {}], about: { kind: 'message', seq: 3 } })
    const shown = await daakia(url, 'dead-letters', 'show', id)
    expect(JSON.parse(shown.output).about.message.payload).toBe('break')

    isMended = true
    expect(await daakia(url, 'dead-letters', 'retry', '--all', '--bot', 'shop')).toEqual({
      status: 0,
      output: `${id}\n`,
      errors: 'Given again: 1 of 1.\n',
    })
    await ana.hears('Done: break')
    expect(await daakia(url, 'dead-letters', 'retry', id)).toEqual({
      status: 1,
      output: '',
      errors: `${id}: there is no such dead letter (any more).\nGiven again: 0 of 1.\n`,
    })
    expect(await daakia(url, 'dead-letters', 'list')).toEqual({
      status: 0,
      output: '',
      errors: 'There are no dead letters.\n',
    })
  })

  test('drops them', async () => {
    const { url } = await open()
    await start(
      url,
      brittle(() => false),
    )
    const ana = await enter(url)
    await ana.says('hi')
    await ana.says('break')
    await ana.hears('Sorry.')
    expect(await daakia(url, 'dead-letters', 'drop', id)).toMatchObject({ status: 0, output: `${id}\n` })
    expect(await daakia(url, 'dead-letters', 'show', id)).toMatchObject({
      status: 1,
      errors: expect.stringContaining('There is no dead letter'),
    })
  })

  test('says what it takes: ids, or all', async () => {
    const { url } = await open()
    for (const words of [['retry'], ['retry', id, '--all'], ['drop', id, '--bot', 'shop']])
      expect(await daakia(url, 'dead-letters', ...words)).toMatchObject({
        status: 1,
        errors: expect.stringContaining('--all'),
      })
  })

  test('is for operators alone', async () => {
    const { url } = await open()
    expect(await daakia(url, 'dead-letters', 'list', '--as', 'ana')).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/role "vendor" may call this\. Give one with --as/),
    })
  })
})

describe('daakia parked', () => {
  test('lists, shows, offers again and drops what a bot could not restore', async () => {
    const { url } = await open()
    const old = await start(
      url,
      brittle(() => true),
    )
    const ana = await enter(url)
    await ana.says('hi')
    await ana.hears('Hello.')
    await old.close()
    await start(
      url,
      brittle(() => true, 2),
    )
    await ana.says('still there?')
    const list = await parkedIn(url)
    expect(list.output).toMatch(
      /^CONVERSATION +BOT +VERSION +SINCE +REASON\nana~shop +shop +2:\w+ +\S+Z +.*version 1, this/,
    )
    const shown = await daakia(url, 'parked', 'show', 'ana~shop', 'shop')
    expect(JSON.parse(shown.output)).toMatchObject({ bot: 'shop', state: { machine: 'brittle', version: 1 } })

    expect(await daakia(url, 'parked', 'release', 'ana~shop', 'shop')).toMatchObject({ status: 0 })
    await parkedIn(url)
    expect(await daakia(url, 'parked', 'drop', 'ana~shop', 'shop')).toMatchObject({ status: 0 })
    await ana.hears('Hello.')
    expect(await daakia(url, 'parked', 'drop', 'ana~shop', 'shop')).toMatchObject({ status: 1 })
    expect((await daakia(url, 'dead-letters', 'list')).output).toMatch(/ state +The stored state does not fit/)
  })
})

/** The list, as soon as there is something in it. */
const parkedIn = async (url: string) => {
  for (;;) {
    const list = await daakia(url, 'parked', 'list')
    if (list.output !== '') return list
  }
}
