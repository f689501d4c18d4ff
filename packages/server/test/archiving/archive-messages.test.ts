import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ArchivedMessages, archiveMessages } from '../../src/archive/archive-messages.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { ManualClock } from '../support/manual-clock.js'
import { memoryArchive } from '../support/memory-archive.js'

const day = 24 * 60 * 60 * 1_000

const opened = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  const clock = new ManualClock()
  const archive = memoryArchive()
  return {
    clock,
    archive,
    async use<T>(work: (store: EmbeddedStore, inbox: EmbeddedInbox) => Promise<T>): Promise<T> {
      const kv = await openLmdb({ folder })
      const inbox = await EmbeddedInbox.open({ kv })
      try {
        return await work(new EmbeddedStore({ kv, inbox }), inbox)
      } finally {
        await kv.close()
      }
    },
    run: (more: object = {}): Promise<ArchivedMessages> =>
      archiveMessages({ place: { folder }, to: archive, keepMessages: 1, clock, ...more }),
    remove: () => rm(folder, { recursive: true }),
  }
}

const say = async (store: EmbeddedStore, vendor: string, id: string, at: number) => {
  await store.conversation(vendor, 'ana~ben', { members: ['ana', 'ben'], at })
  return store.append(vendor, 'ana~ben', { from: 'ana', id, at, type: 'text', payload: new Uint8Array() })
}

test('moves the messages of one vendor or of all, and takes their pointers from inboxes', async () => {
  const bench = await opened()
  try {
    await bench.use(async (store) => {
      for (const vendor of ['acme', 'other', 'zoo'])
        for (const id of ['a', 'b', 'c']) await say(store, vendor, id, bench.clock.now())
    })
    const told: number[] = []
    const progress = ({ done }: { done: number }) => void told.push(done)
    expect(await bench.run({ vendor: 'other', progress })).toEqual({ messages: 2, conversations: 1 })
    expect(told).toEqual([2])
    expect(await bench.run()).toEqual({ messages: 4, conversations: 2 })
    await bench.use(async (_, inbox) => {
      expect((await inbox.read('other', 'ben', 0, 10)).map(({ seq }) => seq)).toEqual([3])
    })
  } finally {
    await bench.remove()
  }
})

test('forgets ids of what was moved when they were known for 7 days', async () => {
  const bench = await opened()
  try {
    const first = bench.clock.now()
    await bench.use(async (store) => {
      for (const id of ['a', 'b']) await say(store, 'acme', id, first)
    })
    await bench.run()
    bench.clock.advance(6 * day)
    await bench.run()
    expect(await bench.use((store) => say(store, 'acme', 'a', bench.clock.now()))).toMatchObject({ duplicate: true })
    bench.clock.advance(2 * day)
    await bench.run()
    expect(await bench.use((store) => say(store, 'acme', 'a', bench.clock.now()))).toMatchObject({ seq: 3 })
  } finally {
    await bench.remove()
  }
})
