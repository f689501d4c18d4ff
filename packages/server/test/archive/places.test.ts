import { expect, test } from 'vitest'
import { placesOf } from '../../src/archive/place-of.js'
import { tableNotes } from '../../src/archive/tables.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { under } from '../../src/kv/keys.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { EmbeddedRoster } from '../../src/state/roster/embedded.js'
import { type PartedNode, partedNodes, vendor } from '../support/parted-nodes.js'

type House = Pick<PartedNode, 'store' | 'inbox' | 'roster'>

const undivided = async (kv: KeyValue): Promise<House> => {
  const inbox = await EmbeddedInbox.open({ kv })
  const roster: EmbeddedRoster = new EmbeddedRoster(kv, { tally: (...asked) => store.tally(...asked) })
  const store: EmbeddedStore = new EmbeddedStore({ kv, inbox, membershipProjections: [roster] })
  return { store, inbox, roster }
}

const say = ({ store }: House, conversation: string, from: string, id: string) =>
  store.append(vendor, conversation, { from, id, at: 1_000, type: 'text', payload: new Uint8Array() })

const people = ['ana', 'ben', 'cem', 'deniz']

const seenIn = async ({ inbox, roster, store }: House) => ({
  inboxes: await Promise.all(people.map((client) => inbox.read(vendor, client, 0, 100))),
  rosters: await Promise.all(people.map((client) => roster.standings(vendor, client, '', 100))),
  receipts: await roster.receipts(vendor, 'team'),
  waiting: await store.waiting({ vendor, bot: 'shop', now: 2_000, limit: 10 }),
  conversations: await Promise.all(['team', 'ana~shop'].map((id) => store.conversation(vendor, id))),
})

test('a store whose entries are put where they belong goes on in partitions as it was', async () => {
  const kv = memoryKeyValue()
  const whole = await undivided(kv)
  await whole.store.enlist(vendor, 'shop', {})
  await whole.store.conversation(vendor, 'team', { members: people, at: 500 })
  for (const person of people) {
    await whole.store.conversation(vendor, `${person}~shop`, { members: [person, 'shop'], at: 600 })
    await say(whole, `${person}~shop`, person, 'order')
    await say(whole, 'team', person, 'hello')
  }
  await whole.roster.receive(vendor, 'ana', 'team', { read: 2 })
  const { shared, open } = partedNodes()
  for (const { table } of tableNotes)
    for (const { key, value } of kv.range(table, under()))
      for (const place of placesOf(table, key, value, shared.length)) {
        const target = shared[place] as KeyValue
        await target.write((tx) => tx.put(table, key, value))
      }
  const parted = await open()
  expect(await seenIn(parted)).toEqual(await seenIn(whole))
  for (const house of [whole, parted]) {
    await say(house, 'team', 'ben', 'again')
    await say(house, 'cem~shop', 'cem', 'more')
    await house.store.changeMembers(vendor, 'team', { from: 'ana', id: 'x', at: 900, change: 'left', clients: ['ben'] })
  }
  expect(await seenIn(parted)).toEqual(await seenIn(whole))
})
