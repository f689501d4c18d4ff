import { expect, test } from 'vitest'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { cursors, resyncs } from '../../src/inbox/tables.js'
import { under } from '../../src/kv/keys.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { sessionKey } from '../../src/state/sessions/tables.js'
import { accountsOf } from '../support/accounts.js'

const phone = { vendor: 'acme', client: 'ana', connection: 'phone' }

const open = async () => {
  const kv = memoryKeyValue()
  const inbox = await EmbeddedInbox.open({ kv })
  const moveAsOlderNode = (offset: number) => kv.write((tx) => tx.put(cursors, sessionKey(phone), offset))
  const storedIn = (table: typeof cursors) => [...kv.range(table, under())].map(({ value }) => value)
  return { kv, inbox, moveAsOlderNode, storedIn }
}

test('a cursor is stored as a number, which older nodes know, also where its session is to be told resync', async () => {
  const { inbox, storedIn } = await open()
  await inbox.rewind(phone)
  expect(storedIn(cursors)).toEqual([0])
  await inbox.acknowledge(phone, 2, { resync: true })
  expect(storedIn(cursors)).toEqual([2])
  expect(await inbox.cursor(phone)).toMatchObject({ offset: 2, resync: true })
})

test('what an older node has delivered is not told resync any more', async () => {
  const { inbox, moveAsOlderNode } = await open()
  await inbox.rewind(phone)
  await moveAsOlderNode(3)
  expect((await inbox.cursor(phone))?.resync).toBeUndefined()
})

test('nothing is left of it when a cursor is dropped, or its session removed', async () => {
  const { kv, inbox, storedIn } = await open()
  const sessions = await EmbeddedSessions.open({ kv, accounts: accountsOf() })
  const removals = [() => inbox.acknowledge(phone, undefined), () => sessions.remove(phone)]
  for (const remove of removals) {
    await inbox.rewind(phone)
    expect(storedIn(resyncs)).toEqual([0])
    await remove()
    expect([storedIn(cursors), storedIn(resyncs)]).toEqual([[], []])
  }
})
