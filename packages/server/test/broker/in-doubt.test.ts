import { ReasonCode } from '@daakia/protocol/mqtt'
import { expect, test, vi } from 'vitest'
import { StorageError } from '../../src/kv/errors.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { Transaction } from '../../src/kv/port.js'
import { TestServer } from '../support/server.js'
import type { Storage } from '../support/storage.js'
import { withWrite } from '../support/with-write.js'

/** Storage in memory. When it was told to, it keeps what is written, and says that this is not known. */
const doubtful = () => {
  const inner = memoryKeyValue()
  const state = { inDoubt: false }
  const keyValue = withWrite(inner, async <W, T>(work: (tx: Transaction) => W, flushed?: (answer: W) => T) => {
    let speaks = false
    const result = await inner.write((tx) => {
      const appending = vi.spyOn(tx, 'append')
      const made = work(tx)
      speaks = appending.mock.calls.length > 0
      appending.mockRestore()
      return made
    })
    if (state.inDoubt && speaks) {
      state.inDoubt = false
      throw new StorageError('away', 'Whether what was asked was kept is not known', { inDoubt: true })
    }
    return flushed ? flushed(result) : (result as unknown as T)
  })
  const storage: Storage = { keyValue, reopen: async () => storage, remove: () => keyValue.close() }
  return { state, storage }
}

test('a QoS 2 message of MQTT 3.1.1 that is in doubt is the same one when it is sent again', async () => {
  const { state, storage } = doubtful()
  const server = await TestServer.open({ storage })
  const ben = await server.person('ben')
  const kept = { version: 4, cleanStart: false } as const
  const message = ['daak/to/ben', 'hello', { qos: 2, packetId: 7 }] as const
  const before = await server.client('ana', kept)
  state.inDoubt = true
  before.send(...message)
  await before.closed
  expect(state.inDoubt).toBe(false)
  const ana = await server.client('ana', kept)
  ana.send(...message)
  expect(await ana.answer()).toMatchObject({ type: 'pubrec', packetId: 7 })
  await (await server.client('cleo')).say('daak/to/ben', 'and that was all')
  expect(await ben.hearsTexts(2)).toEqual(['hello', 'and that was all'])
})

test('a message that is in doubt is not told to be refused: the connection ends, and it is the same when it is sent again', async () => {
  const { state, storage } = doubtful()
  const server = await TestServer.open({ storage })
  const ben = await server.person('ben')
  const message = { qos: 1, packetId: 7, properties: [['id', 'a']] } as const
  const before = await server.client('ana')
  state.inDoubt = true
  before.send('daak/to/ben', 'hello', message)
  expect(await before.answer()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.ServerBusy })
  const ana = await server.client('ana')
  ana.send('daak/to/ben', 'hello', message)
  expect(await ana.answer()).toMatchObject({ type: 'puback', reasonCode: ReasonCode.Success })
  await ana.say('daak/to/ben', 'and that was all')
  expect(await ben.hearsTexts(2)).toEqual(['hello', 'and that was all'])
})
