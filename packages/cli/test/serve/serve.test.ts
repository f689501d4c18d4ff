import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as listen } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@daakia/client-sdk'
import { describe, expect, test } from 'vitest'
import { type DaakiaConfig, serve } from '../../src/index.js'
import { afterwards } from '../support/house.js'
import { testIo, untilWritten } from '../support/test-io.js'

const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-serve-'))
  // A server that stopped at once may still write for a moment, as its process is ours and lives on.
  afterwards(() => rm(folder, { recursive: true, maxRetries: 10 }))
  return folder
}

const freePorts = { mqttPort: 0, httpPort: 0 }

/** Serves, and resolves when it is announced. */
const start = async (config: DaakiaConfig) => {
  const { io, output, written, signal } = testIo()
  const announced = untilWritten(output, /Ctrl-C/)
  const status = serve({ flags: { dev: true, listen: freePorts, ...config } }, io)
  const text = await announced
  const stop = () => {
    signal('SIGTERM')
    return status
  }
  afterwards(stop)
  return { text, stop, signal, status, written, url: /mqtt:\S+/.exec(text)?.[0] ?? '' }
}

const fails = async (config: DaakiaConfig) => {
  const { io, written } = testIo()
  const status = await serve({ flags: { dev: true, listen: freePorts, ...config } }, io)
  return { status, ...written }
}

describe('serve', () => {
  test('says what listens where, and lets clients in there', async () => {
    const data = await newFolder()
    const { text } = await start({ data })
    expect(text).toContain(`Data       ${data}`)
    for (const [url = ''] of text.matchAll(/(mqtt|ws):\S+/g)) {
      const client = createClient({ url, identity: 'ana' })
      await client.online()
      await client.close()
    }
    const [health = ''] = /http:\S+/.exec(text) ?? []
    expect((await fetch(health)).status).toBe(200)
  })

  test('stops cleanly when it is asked to, and frees its folder', async () => {
    const data = await newFolder()
    const first = await start({ data })
    expect(await first.stop()).toBe(0)
    expect(first.written.errors).toContain('"msg":"Stopping"')
    await start({ data })
  })

  test('stops at once when it is asked twice', async () => {
    const { signal, status } = await start({ data: await newFolder() })
    signal('SIGINT')
    signal('SIGINT')
    expect(await status).toBe(130)
  })

  test('refuses a port that is taken, and says what to do', async () => {
    const other = listen().listen(0, '127.0.0.1')
    await once(other, 'listening')
    afterwards(async () => other.close())
    const { port: httpPort } = other.address() as { port: number }
    expect(await fails({ data: await newFolder(), listen: { mqttPort: 0, httpPort } })).toEqual({
      status: 1,
      output: '',
      errors: `Port ${httpPort} is taken. Stop what uses it, or choose another (listen.httpPort, or --http-port), such as 0 for a free one.\n`,
    })
  })

  test('refuses one port for two, and says which options choose others', async () => {
    const { status, errors } = await fails({ data: await newFolder(), listen: { mqttPort: 5883, httpPort: 5883 } })
    expect(status).toBe(1)
    expect(errors).toBe('listen.mqttPort and listen.httpPort must differ.\n')
  })

  test('refuses a folder that another server has, in one line', async () => {
    const data = await newFolder()
    await start({ data })
    const { status, errors } = await fails({ data })
    expect(status).toBe(1)
    expect(errors).toMatch(/^[^\n]*in use[^\n]*\n$/)
  })

  test('refuses a folder that is none, in one line', async () => {
    const data = join(await newFolder(), 'file')
    await writeFile(data, '')
    const { status, errors } = await fails({ data })
    expect(status).toBe(1)
    expect(errors).toMatch(/^[^\n]+\n$/)
  })

  test('refuses an address that this machine does not have', async () => {
    expect(await fails({ data: await newFolder(), listen: { ...freePorts, host: '203.0.113.1' } })).toMatchObject({
      status: 1,
      errors: 'This machine has no address 203.0.113.1. Choose another (listen.host, or --host).\n',
    })
  })
})
