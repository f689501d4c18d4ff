import { describe, expect, it } from 'vitest'
import type { Log, LogFields } from '../../src/index.js'
import { TestServer } from '../support/server.js'

interface Line extends LogFields {
  message: string
}

const collect = (): { log: Log; lines: Line[] } => {
  const lines: Line[] = []
  const add = (fields: LogFields, message: string) => void lines.push({ ...fields, message })
  return { lines, log: { info: add, warn: add, error: add } }
}

const ana = { vendor: 'dev', client: 'ana', connection: 'ana-1' }

describe('the log', () => {
  it('names vendor, client and connection, and none of what was said', async () => {
    const { log, lines } = collect()
    const server = await TestServer.open({ log })
    const client = await server.client('ana')
    await client.say('$SYS/forbidden', 'a secret')
    await client.say('daak/conversations/not-mine/messages', 'a secret')
    await client.disconnect()
    await server.server.close()
    expect(lines).toEqual([
      { ...ana, address: expect.any(String), message: 'Connected' },
      { ...ana, topic: '$SYS/forbidden', reasonCode: 0x87, reason: expect.any(String), message: 'Refused a publish' },
      { ...ana, message: 'Disconnected' },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('tells the first refusal of a kind on a connection, and leaves the rest to the counters', async () => {
    const { log, lines } = collect()
    const server = await TestServer.open({ log })
    const client = await server.client('ana')
    for (let i = 0; i < 20; i++) await client.say('$SYS/forbidden', 'x')
    expect(lines.filter(({ message }) => message === 'Refused a publish')).toHaveLength(1)
  })
})
