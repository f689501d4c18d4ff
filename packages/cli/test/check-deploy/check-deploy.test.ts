import { join } from 'node:path'
import { bot, connect, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { createClient } from '@daakia/client-sdk'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, setup } from 'xstate'
import { run } from '../../src/program.js'
import { afterwards, startServer } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'

/** Stands in `small` or `large` after the message that says so. */
const before = setup({
  types: {} as { context: { note: string }; input: RunInput; events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  context: { note: '' },
  entry: say('What size?'),
  initial: 'asking',
  states: {
    asking: {
      on: {
        message: [
          { guard: ({ event }) => event.text === 'small', target: 'small', actions: say('Small it is.') },
          { target: 'large', actions: say('Large it is.') },
        ],
      },
    },
    small: {},
    large: {},
  },
})

/** A module of a bot whose machine has these states. */
const moduleOf = (states: readonly string[], options = 'version: 1') => `
import { bot, type Heard } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({ types: {} as { events: Heard } }).createMachine({
  id: 'order',
  initial: '${states[0]}',
  states: { ${states.map((name) => `${name}: {}`).join(', ')} },
})

export const order = bot({ id: 'shop', machine, ${options} })
`

const runBot = async (url: string, version: number, machine: AnyStateMachine = before) => {
  const running = connect(bot({ id: 'shop', version, machine: machine as typeof before }), {
    url,
    log: { info: () => {}, warn: () => {} },
  })
  afterwards(() => running.close())
  await running.ready
  return running
}

/** Says these one after the other, each when the shop has answered the one before. */
const talk = async (url: string, identity: string, texts: readonly string[]) => {
  const client = createClient({ url, identity })
  await client.online()
  const shop = client.to('shop')
  const messages = shop.messages()[Symbol.asyncIterator]()
  for (const text of texts) {
    await shop.send(text)
    while ((await messages.next()).value?.from !== 'shop');
  }
  await client.close()
}

/** A server on which the old bot has a conversation with each of these, and where it has ended up. */
const withConversations = async (sizes: Readonly<Record<string, string>>) => {
  const url = await startServer()
  const old = await runBot(url, 1)
  for (const [client, size] of Object.entries(sizes)) await talk(url, client, ['hi', size])
  await old.close()
  return url
}

const daakia = async (folder: string, ...words: readonly string[]) => {
  const { io, written } = testIo()
  const status = await run(['check-deploy', ...words], { ...io, folder })
  return { status, ...written }
}

const check = async (url: string, module: string, ...words: readonly string[]) =>
  daakia(await folderWith({ 'order.ts': module }), 'order.ts', '--url', url, ...words)

describe('daakia check-deploy', () => {
  test('says that all would go on, and ends with 0', async () => {
    const url = await withConversations({ ana: 'small', ben: 'large' })
    expect(await check(url, moduleOf(['asking', 'small', 'large', 'more']))).toEqual({
      status: 0,
      output: '',
      errors: '2 of 2 conversations of shop would go on in version 1.\n',
    })
  })

  test('lists what would be parked by its reasons, with examples, and ends with 1', async () => {
    const url = await withConversations({ ana: 'large', ben: 'large', cem: 'large', dia: 'small' })
    const { status, output, errors } = await check(url, moduleOf(['asking', 'small']), '--examples', '2')
    expect(status).toBe(1)
    expect(output).toMatch(/^CONVERSATIONS +FOR EXAMPLE +REASON\n3 +ana~shop, ben~shop, … +root: .*large.*\n$/)
    expect(errors).toBe('1 of 4 conversations of shop would go on in version 1, 3 would be parked.\n')
  })

  test('asks the bot’s `migrate`, and says how many it makes fit', async () => {
    const url = await withConversations({ ana: 'large', ben: 'small' })
    const migrate =
      "migrate: ({ value }) => value === 'large' ? { value: 'big', context: undefined as never } : undefined"
    const module = moduleOf(['asking', 'big'], `version: 2, ${migrate}`)
    const { status, output, errors } = await check(url, module, '--json')
    expect(status).toBe(1)
    expect(JSON.parse(output)).toEqual({
      ...{ bot: 'shop', version: 2, states: 2, live: 1, migrated: 1, freed: 0, parked: 1, lost: 1 },
      misfits: [
        {
          reasons: ['it is of version 1, this is version 2', '`migrate` made nothing of it'],
          count: 1,
          conversations: ['ben~shop'],
        },
      ],
    })
    expect(errors).toContain('1 would be migrated.')
  })

  test('looks at what is parked too', async () => {
    const url = await withConversations({ ana: 'large', ben: 'small' })
    await runBot(url, 2)
    const ana = createClient({ url, identity: 'ana' })
    afterwards(() => ana.close())
    const parked = new Promise<void>((resolve) => {
      ana.to('shop').onState((_, state) => state.status === 'parked' && resolve())
    })
    await ana.to('shop').send('still there?')
    await parked
    expect(await check(url, moduleOf(['asking', 'small', 'large']))).toMatchObject({
      status: 0,
      errors: '2 of 2 conversations of shop would go on in version 1. 1 would go on that is parked now.\n',
    })
    expect(await check(url, moduleOf(['asking', 'small']))).toMatchObject({
      status: 1,
      errors: expect.stringContaining('Of those that would be parked, 1 is parked already.'),
    })
  })

  test('says so where there is nothing to check', async () => {
    const url = await startServer()
    expect(await check(url, moduleOf(['asking']))).toEqual({
      status: 0,
      output: '',
      errors: 'shop has no conversation under way on this server: there is nothing to restore.\n',
    })
  })

  test('takes the bot that is named where a module exports several', async () => {
    const url = await startServer()
    const several = `${moduleOf(['asking'])}\nexport const again = order\nexport const other = bot({ id: 'other', version: 1, machine })\n`
    expect(await check(url, several, '--export', 'other')).toMatchObject({
      status: 0,
      errors: expect.stringMatching(/^other has no/),
    })
    expect(await check(url, several)).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/exports several bots, again, order, other: say which one with --export\.\n$/),
    })
  })

  test.each([
    ['the module exports no bot', 'export const order = {}', [], /exports no bot: export what `bot\({ … }\)` answers/],
    ['it has no such export', moduleOf(['a']), ['--export', 'orders'], /has no export orders; its bots are order\.\n$/],
    [
      'the export is no bot',
      `${moduleOf(['a'])}export { machine }`,
      ['--export', 'machine'],
      /exports no bot as machine/,
    ],
    ['the module throws', 'throw new Error("no oven")', [], /can't be run: Line 1: no oven\.\n$/],
    ['no server is there', moduleOf(['a']), ['--url', 'mqtt://127.0.0.1:1'], /^No connection to/],
    ['an option is unknown', moduleOf(['a']), ['--exprot', 'x'], /unknown option '--exprot'/],
  ])('ends with 2 where it could not check: %s', async (_, module, words, told) => {
    const folder = await folderWith({ 'order.ts': module })
    expect(await daakia(folder, 'order.ts', ...words)).toEqual({
      status: 2,
      output: '',
      errors: expect.stringMatching(told),
    })
  })

  test('ends with 2 where there is no such file, or who asks may not', async () => {
    expect(await daakia(await folderWith(), 'gone.ts')).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/There is no file .*gone\.ts\.\n$/),
    })
    expect(await check(await startServer(), moduleOf(['a']), '--as', 'ana')).toMatchObject({
      status: 2,
      errors: expect.stringContaining('role "vendor"'),
    })
  })

  test('reads page after page where states are large', async () => {
    const large = setup({ types: {} as { context: { note: string }; emitted: Said } }).createMachine({
      id: 'order',
      context: { note: 'x'.repeat(200_000) },
      entry: say('Hello.'),
    })
    const url = await startServer()
    const running = await runBot(url, 1, large)
    const clients = ['ana', 'ben', 'cem', 'dia', 'eva', 'fay', 'gus', 'hal']
    for (const client of clients) await talk(url, client, ['hi'])
    await running.close()
    expect(await check(url, moduleOf(['asking']))).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^0 of 8 /),
    })
  })

  test('checks with the package that the module itself builds on', async () => {
    const folder = await folderWith({
      'order.mjs': "import { bot } from '@daakia/bot-sdk'\nexport const order = bot()\n",
      'node_modules/@daakia/bot-sdk/package.json':
        '{ "name": "@daakia/bot-sdk", "type": "module", "main": "index.js" }',
      'node_modules/@daakia/bot-sdk/index.js': `
        export const bot = () => ({ id: 'shop', version: 7, [Symbol.for('daakia.bot')]: true })
        export const isBot = (value) => Symbol.for('daakia.bot') in value
        export const checkState = () => ({ fits: false, reasons: ['it says so itself'] })
      `,
    })
    const url = await withConversations({ ana: 'small' })
    expect(await daakia(folder, join(folder, 'order.mjs'), '--url', url)).toMatchObject({
      status: 1,
      output: expect.stringContaining('it says so itself'),
      errors: '0 of 1 conversations of shop would go on in version 7, 1 would be parked.\n',
    })
  })
})
