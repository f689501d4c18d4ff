import { createClient } from '@daakia/client-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/program.js'
import { afterwards } from '../support/house.js'
import { testIo } from '../support/test-io.js'

const open = async (): Promise<string> => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  afterwards(() => server.close())
  return `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
}

const daakia = async (url: string, ...words: string[]) => {
  const { io, written } = testIo()
  const status = await run([...words, '--url', url], io)
  return { status, ...written }
}

const enter = async (url: string, identity: string): Promise<void> => {
  const client = createClient({ url, identity })
  afterwards(() => client.close())
  await client.online()
}

describe('daakia sessions', () => {
  test('lists who is connected, with what there is to know of it', async () => {
    const url = await open()
    for (const name of ['ben', 'ana']) await enter(url, name)
    const { status, output } = await daakia(url, 'sessions', 'list')
    const [head = '', ...rows] = output.trimEnd().split('\n')
    expect(status).toBe(0)
    expect(head).toMatch(/^CLIENT +CONNECTION +STATE +SINCE +MQTT +FROM/)
    expect(rows.map((row) => row.split(/\s{2,}/)[0])).toEqual(['ana', 'ben', 'operator'])
    expect(rows[0]).toMatch(/^ana .* connected +\d{4}-.*Z +5 +mqtt:\/\/127\.0\.0\.1 /)
  })

  test('lists those of one client as JSON', async () => {
    const url = await open()
    for (const name of ['ben', 'ana']) await enter(url, name)
    const { output } = await daakia(url, 'sessions', 'list', '--client', 'ana', '--json')
    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ client: 'ana', connected: true, transport: 'mqtt' })])
  })

  test('ends those of a client, and says how many there were', async () => {
    const url = await open()
    const client = createClient({ url, identity: 'ana' })
    afterwards(() => client.close())
    await client.online()
    const lost = new Promise<void>((resolve) => {
      client.onStatus(({ state }) => state !== 'online' && resolve())
    })
    expect(await daakia(url, 'sessions', 'end', 'ana', '--forget')).toMatchObject({
      status: 0,
      errors: '1 session was ended.\n',
    })
    await lost
  })

  test('fails where there is nothing to end', async () => {
    const url = await open()
    expect(await daakia(url, 'sessions', 'end', 'ana', 'phone')).toMatchObject({
      status: 1,
      errors: 'ana has no such session.\n',
    })
  })
})
