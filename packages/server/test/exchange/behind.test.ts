import { describe, expect, test } from 'vitest'
import { inboxes } from '../../src/inbox/tables.js'
import { memoryKeyValue } from '../../src/index.js'
import type { KeyValue, Range } from '../../src/kv/port.js'
import type { Client } from '../support/client.js'
import { TestServer } from '../support/server.js'
import { inMemory } from '../support/storage.js'

const inbox = 'daak/conversations/+/messages'
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
const receiveMaximum = 8
/** So many pointers a reader takes at once, and has at hand while the client has no room. */
const atHand = 128
const said = 2_000
/** Below what the server takes unacknowledged (its Receive Maximum). */
const atOnce = 500

/** Storage that counts the pointers of ana's inbox that are read from it. */
const counting = () => {
  const inner = memoryKeyValue()
  const counter = { pointers: 0 }
  const keyValue: KeyValue = {
    read: async (work) => work(keyValue),
    get: (table, key) => inner.get(table, key),
    *range(table, range: Range) {
      for (const entry of inner.range(table, range)) {
        if (table.name === inboxes.name && entry.key[1] === 'ana') counter.pointers++
        yield entry
      }
    },
    lastNumber: (table, prefix) => inner.lastNumber(table, prefix),
    *after(table, prefix, ...asked) {
      for (const entry of inner.after(table, prefix, ...asked)) {
        if (table.name === inboxes.name && prefix[1] === 'ana') counter.pointers++
        yield entry
      }
    },
    write: (work, flushed) => inner.write(work, flushed),
    close: () => inner.close(),
  }
  return { counter, keyValue }
}

const open = async () => {
  const { counter, keyValue } = counting()
  const server = await TestServer.open({ storage: await inMemory(keyValue) })
  return { server, counter, ben: await server.client('ben') }
}

const texts = Array.from({ length: said }, (_, i) => `${i}`)

const sayAll = async (ben: Client): Promise<void> => {
  for (let from = 0; from < said; from += atOnce) {
    for (const text of texts.slice(from, from + atOnce)) ben.send('daak/to/ana', text)
    for (let i = 0; i < atOnce; i++) await ben.puback()
  }
}

describe('what is said while a reader is behind stays where it is stored', () => {
  test('where the reader does not acknowledge: no more of it is read than it is sent next', async () => {
    const { server, counter, ben } = await open()
    const ana = await server.client('ana', { silent: true, properties: { receiveMaximum } })
    await ana.subscribe(inbox)
    counter.pointers = 0
    await sayAll(ben)
    expect(counter.pointers).toBeLessThanOrEqual(atHand + receiveMaximum)
  })

  test('where the reader reads no more from its socket', async () => {
    const { server, counter, ben } = await open()
    const ana = await server.client('ana')
    await ana.subscribe(inbox, { qos: 0 })
    ana.pause()
    const filling = 'x'.repeat(64 * 1_024)
    for (let i = 0; i < 64; i++) await ben.say('daak/to/ana', filling)
    counter.pointers = 0
    await sayAll(ben)
    expect(counter.pointers).toBeLessThanOrEqual(atHand)
  })

  test('where the reader is away: nothing is read until it is back, and then all of it comes', async () => {
    const { server, counter, ben } = await open()
    const ana = await server.client('ana', persistent)
    await ana.subscribe(inbox)
    await ana.vanish()
    counter.pointers = 0
    await sayAll(ben)
    expect(counter.pointers).toBe(0)
    const back = await server.client('ana', persistent)
    expect(await back.hearsTexts(said)).toEqual(texts)
  })
})
