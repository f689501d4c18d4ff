import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createListener } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@daakia/client-sdk'
import { createServer } from '@daakia/server'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setup } from '../lib/setup.mjs'
import { Demo } from './support/demo.js'

const order = ['hello', 'two large pizzas', '12 Hill Road', 'yes']
const confirmed = /two large pizzas.*12 Hill Road|2 large pizzas.*12 Hill Road/i

describe('the demo', { timeout: 90_000 }, () => {
  let data = ''
  beforeAll(setup, 300_000)
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'daakia-demo-'))
  })
  afterEach(() => rm(data, { recursive: true, force: true }))

  const demo = (...args: readonly string[]) => new Demo('--data', data, ...args)

  test('takes an order from a pipe, and prints nothing but the transcript', async () => {
    await using run = demo()
    run.says(...order)
    expect(await run.hangsUp()).toBe(0)
    expect(run.stdout).toMatch(confirmed)
    expect(run.stderr).not.toMatch(/is it running/)
    const lines = run.stdout.trimEnd().split('\n')
    expect(lines.filter((line) => !/^(ana> |order-bot< | {11}\d\. )/.test(line))).toEqual([])
    expect(lines.filter((line) => line.startsWith('ana> '))).toEqual(order.map((line) => `ana> ${line}`))
  })

  test('says what it takes when it is asked for something else', async () => {
    await using run = demo('--frsh')
    expect(await run.hangsUp()).toBe(1)
    expect(run.stderr).toContain('npm run demo [-- --bot name] [-- --fresh] [-- --data folder]')
  })

  test('runs the bot of another example', async () => {
    await using run = demo('--bot', 'support')
    run.says('when are you open?')
    expect(await run.hangsUp()).toBe(0)
    expect(run.stdout).toContain('support-bot< We are here from Monday to Friday, from nine to five.\n')
  })

  test('says which examples there are', async () => {
    await using run = demo('--bot', 'suport')
    expect(await run.hangsUp()).toBe(1)
    expect(run.stderr).toContain('There is no example "suport", but order and support.')
  })

  test('goes on after a `kill -9` of everything as if nothing had been', async () => {
    await using before = demo()
    before.says(...order.slice(0, 2))
    await before.toShow('two large pizzas\norder-bot< ')
    await before.killEverything()

    await using after = demo()
    after.says(...order.slice(2))
    expect(await after.hangsUp()).toBe(0)
    expect(after.stdout).toMatch(confirmed)

    const journal = await readJournal()
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1))
    expect(journal.filter(({ from }) => from === 'ana').map(({ text }) => text)).toEqual(order)
  })

  test('starts over with --fresh', async () => {
    await using first = demo()
    first.says('hello')
    expect(await first.hangsUp()).toBe(0)
    await using second = demo('--fresh')
    second.says('hello')
    expect(await second.hangsUp()).toBe(0)
    expect(second.stdout).toBe(first.stdout)
  })

  test('takes free ports where the usual ones are taken', async () => {
    await using _mqtt = await occupied(1883)
    await using _http = await occupied(8080)
    await using run = demo()
    run.says('hello')
    expect(await run.hangsUp()).toBe(0)
    expect(run.stderr).not.toContain('mqtt://127.0.0.1:1883')
  })

  test('ends with the reason where its data folder is in use', async () => {
    await using first = demo()
    first.says('hello')
    await first.toShow('order-bot< ')
    await using second = demo()
    expect(await second.hangsUp()).toBe(1)
    expect(second.stderr).toMatch(/in use/)
  })

  async function readJournal() {
    const server = createServer({ dev: true, storage: { folder: join(data, 'data') }, listen: { mqttPort: 0 } })
    const { mqttPort } = await server.start()
    const client = createClient({ url: `mqtt://127.0.0.1:${mqttPort}`, identity: 'ana' })
    const { messages } = await client.to('order-bot').history()
    await client.close()
    await server.close()
    return messages
  }
})

/** Holds a port, unless somebody else does. */
async function occupied(port: number): Promise<AsyncDisposable> {
  const listener = createListener().listen(port, '127.0.0.1')
  await once(listener, 'listening').catch(() => {})
  return {
    async [Symbol.asyncDispose]() {
      listener.close()
    },
  }
}
