import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect } from '@daakia/bot-sdk'
import { createClient, type Message, type Saying } from '@daakia/client-sdk'
import { systemClock } from '@daakia/protocol'
import { createServer, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/program.js'
import { root } from '../support/command.js'
import { afterwards, startServer } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'
import { stall } from './fixtures/stall.js'

const daakia = async (...words: readonly string[]) => {
  const { io, written } = testIo()
  const status = await run(['transcript', ...words], io)
  return { status, ...written }
}

/** Ana talks with the stall: each step is said when the one before was answered so. */
const talk = async (url: string, identity = 'ana') => {
  const running = connect(stall, { url, log: { info: () => {}, warn: () => {} } })
  afterwards(() => running.close())
  await running.ready
  const client = createClient({ url, identity })
  afterwards(() => client.close())
  await client.online()
  const conversation = client.to('stall')
  const messages = conversation.messages()[Symbol.asyncIterator]()
  const heard = async (text: RegExp): Promise<Message> => {
    for (;;) {
      const { value } = await messages.next()
      if (value?.from === 'stall' && text.test(value.plain ?? value.text ?? '')) return value
    }
  }
  return { heard, says: (saying: Saying) => conversation.send(saying) }
}

/** All of an order, with a reminder, and something that no file can say. */
const order = async (url: string) => {
  const { says, heard } = await talk(url)
  await says('hello')
  await heard(/^Which size/)
  await says('L')
  const pizza = await heard(/^Pizza/)
  await says({ type: 'action', body: { id: 'more', label: 'Two more', value: 2, seq: pizza.seq } })
  await heard(/^2 more/)
  await says({ type: 'action', body: { id: 'pay', label: 'Pay', seq: pizza.seq } })
  const address = await heard(/^Where to/)
  await heard(/^Are you still there/)
  await says({
    type: 'action',
    body: { id: 'address', seq: address.seq, value: { street: 'Hill Road, 12', floor: 3 } },
  })
  await heard(/^Enjoy/)
  await says('once more, \n please')
  await heard(/^Which size/)
  await says({ type: 'location', body: { latitude: 48.2, longitude: 16.37 } })
  await heard(/^Pizza/)
}

const written = [
  '# ana~stall, for tests of stall.',
  /^@begin 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  'ana> hello',
  'stall< Which size?',
  '       1. small',
  '       2. large, for two',
  'ana presses "large, for two"',
  'stall< Size L.',
  'stall< Pizza',
  '       1. Two more',
  '       2. Pay',
  'ana presses "Two more"',
  'stall< 2 more.',
  'ana sends action {"id":"pay","label":"Pay","seq":5}',
  'stall< Where to?',
  '       Street',
  '       Floor',
  /^@advance (\d\.)?\d+s$/,
  'stall< Are you still there?',
  'ana fills street="Hill Road, 12", floor=3',
  'stall< {"street":"Hill Road, 12","floor":3}',
  'stall< /^Enjoy your meal! $/',
  'ana sends text {"text":"once more, \\n please"}',
  'stall< Which size?',
  '       1. small',
  '       2. large, for two',
  'ana sends location {"latitude":48.2,"longitude":16.37}',
  'stall< Size .',
  'stall< Pizza',
  '       1. Two more',
  '       2. Pay',
]

interface Played {
  name: string
  errors: { message: string }[]
}

/** Runs the files of a folder as tests, in a vitest of their own. */
const play = async (folder: string): Promise<Played[]> => {
  const env: NodeJS.ProcessEnv = { ...process.env, TRANSCRIPTS: folder }
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name]
  const words = ['packages/testing/test/support/run-failing.mjs', 'packages/cli/test/transcript/fixtures/played.ts']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, env })
  return JSON.parse(stdout)
}

describe('daakia transcript', () => {
  test('writes a conversation of a running server as a file, which is a test that passes', async () => {
    const url = await startServer()
    await order(url)
    const folder = await folderWith({})
    const file = join(folder, 'ana.chat')
    expect(await daakia('ana~stall', '--out', file, '--url', url)).toEqual({ status: 0, output: '', errors: '' })
    const text = await readFile(file, 'utf8')
    expect(text.trimEnd().split('\n')).toEqual(
      written.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
    )
    await writeFile(join(folder, 'other.chat'), text.replace('stall< 2 more.', 'stall< 3 more.'))
    const [played, other] = await play(folder)
    expect(played).toEqual({ name: 'ana.chat', errors: [] })
    expect(other?.errors[0]?.message).toContain('expected: "3 more."')
  })

  test('writes what was said lately to its output', async () => {
    const now = () => Date.now() - 3_600_000
    const server = createServer({
      ...{ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } },
      clock: { ...systemClock, now },
    })
    afterwards(() => server.close())
    const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
    const { says, heard } = await talk(url)
    await says('hello')
    await heard(/^Which size/)
    const lately = await daakia('ana~stall', '--since', '2h', '--url', url)
    expect(lately.output).toContain('ana> hello\nstall< Which size?\n')
    const { output } = await daakia('ana~stall', '--since', '30m', '--url', url)
    expect(output).toBe('# Nothing was said in ana~stall.\n')
  })

  test('leaves a file that is there alone, and says whose conversation there is none', async () => {
    const url = await startServer()
    await order(url)
    const folder = await folderWith({ 'ana.chat': '# mine' })
    const file = join(folder, 'ana.chat')
    expect(await daakia('ana~stall', '--out', file, '--url', url)).toEqual({
      status: 1,
      output: '',
      errors: `${file} exists already: name another file, or remove it\n`,
    })
    expect(await readFile(file, 'utf8')).toBe('# mine')
    expect(await daakia('ben~stall', '--url', url)).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/ben~stall|member/),
    })
    expect(await daakia('ana~stall', '--as', 'ben', '--url', url)).toMatchObject({ status: 1 })
  })
})
