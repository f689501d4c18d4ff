import { expect, test } from 'vitest'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { EmbeddedStore, type EmbeddedStoreOptions } from '../../src/persistence/embedded.js'
import type { FeedEntry, NewMessage, Outcome } from '../../src/persistence/port.js'
import { rosterAndStore } from '../support/roster.js'

const room = 'ana~shop'

const messageOf = (id: string): NewMessage => ({ from: 'ana', id, at: 1_000, type: 'text', payload: new Uint8Array() })

const commitOf = (more: Partial<Outcome>): Outcome =>
  ({
    kind: 'committed',
    commitId: 'x',
    revision: 0,
    processed: 0,
    state: null,
    messages: [],
    timers: { set: [], cancel: [] },
    public: { value: null, tags: [], accepts: [] },
    keep: false,
    ...more,
  }) as Outcome

const opened = async (options: Partial<EmbeddedStoreOptions> = {}) => {
  const kv = memoryKeyValue()
  const inbox = await EmbeddedInbox.open({ kv })
  const store = new EmbeddedStore({
    kv,
    inbox,
    membershipProjections: [rosterAndStore(kv).roster],
    ...options,
  })
  await store.conversation('acme', room, { members: ['ana', 'shop'], at: 1 })
  await store.enlist('acme', 'shop', { apology: 'Sorry!' })
  return { kv, inbox, store }
}

const tryInVain = async (store: EmbeddedStore, tries: number): Promise<void> => {
  for (let i = 0; i < tries; i++) await store.begin('acme', room, 'shop', 2_000)
}

test('what is said reaches the inboxes of all members in the same transaction', async () => {
  const { store, inbox } = await opened()
  await store.append('acme', room, messageOf('a'))
  await store.commit(
    'acme',
    room,
    'shop',
    2_000,
    commitOf({ processed: 1, messages: [{ type: 'text', payload: new Uint8Array() }] }),
  )
  const pointers = await inbox.read('acme', 'ana', 0, 10)
  expect(pointers.map(({ conversation, seq }) => [conversation, seq])).toEqual([
    [room, 1],
    [room, 2],
  ])
  expect(await inbox.read('acme', 'shop', 0, 10)).toEqual(pointers)
})

test('where everybody has on the inbox what is said is told with it', async () => {
  const told: FeedEntry[] = []
  const { store, inbox } = await opened({ committed: (entries) => told.push(...entries) })
  await store.conversation('acme', 'team', { members: ['ana', 'ben'], at: 1 })
  await store.append('acme', room, messageOf('a'))
  await store.append('acme', 'team', messageOf('b'))
  for (const { conversation, members, message, places = [] } of told)
    for (const [i, member] of members.entries())
      expect(await inbox.read('acme', member, (places[i] as number) - 1, 1)).toEqual([
        { offset: places[i], conversation, seq: message.seq },
      ])
  expect(told.map(({ members, places }) => [members, places])).toEqual([
    [
      ['ana', 'shop'],
      [1, 1],
    ],
    [
      ['ana', 'ben'],
      [2, 1],
    ],
  ])
})

test('a projection that fails keeps the message out of the journal as well', async () => {
  const broken = {
    apply() {
      throw new Error('broken projection')
    },
  }
  const { store } = await opened({ inbox: broken })
  await expect(store.append('acme', room, messageOf('a'))).rejects.toThrow('broken projection')
  expect(await store.read('acme', room, { limit: 10 })).toEqual([])
})

test('what is said is told once it can be read, in order, before the one who said it hears', async () => {
  const told: string[] = []
  const { kv, store } = await opened({
    committed: (entries) => {
      for (const { message } of entries) told.push(`committed ${message.seq}`)
    },
  })
  const heard = (id: string) => store.append('acme', room, messageOf(id)).then(({ seq }) => told.push(`heard ${seq}`))
  await Promise.all([heard('a'), heard('b')])
  expect(told.filter((each) => each.startsWith('committed'))).toEqual(['committed 1', 'committed 2'])
  expect(told.indexOf('committed 1')).toBeLessThan(told.indexOf('heard 1'))
  expect(told.indexOf('committed 2')).toBeLessThan(told.indexOf('heard 2'))
  await kv.close()
})

test('a repeated message is not told again', async () => {
  const told: number[] = []
  const { store } = await opened({ committed: (entries) => told.push(...entries.map(({ message }) => message.seq)) })
  await store.append('acme', room, messageOf('a'))
  await store.append('acme', room, messageOf('a'))
  expect(told).toEqual([1])
})

test('giving up is told, and the apology is said to the members', async () => {
  const gaveUp: string[] = []
  const { store, inbox } = await opened({ gaveUp: ({ bot, conversation }) => gaveUp.push(`${bot} in ${conversation}`) })
  await store.append('acme', room, messageOf('bad'))
  await tryInVain(store, 3)
  expect(gaveUp).toEqual([])
  await tryInVain(store, 1)
  expect(gaveUp).toEqual([`shop in ${room}`])
  expect((await inbox.head('acme', 'ana')).offset).toBe(2)
})

test('a long backlog is shown to a turn in part, and comes in full', async () => {
  const { store } = await opened()
  await Promise.all(Array.from({ length: 250 }, (_, i) => store.append('acme', room, messageOf(`m${i}`))))
  const seen: number[] = []
  for (let revision = 0; ; revision++) {
    const work = await store.begin('acme', room, 'shop', 2_000)
    if (!work) break
    seen.push(...work.events.map(({ seq }) => seq))
    const processed = seen.at(-1) ?? 0
    await store.commit('acme', room, 'shop', 2_000, commitOf({ commitId: `c${revision}`, revision, processed }))
  }
  expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
})
