import { idMaker, systemClock, writeBody } from '@daakia/protocol'
import { historyMethods } from '../../src/backend/rpc/history.js'
import type { Caller, Method } from '../../src/backend/rpc/method.js'
import { ArchivedHistory } from '../../src/persistence/archive/archived-history.js'
import { Archiver } from '../../src/persistence/archive/archiver.js'
import type { ArchiveStore } from '../../src/persistence/archive/port.js'
import { SegmentCache } from '../../src/persistence/archive/segment-cache.js'
import type { NewMessage, Store } from '../../src/persistence/port.js'

export const vendor = 'acme'
export const room = 'ana~ben'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Says a lot of all kinds: plain messages, edits, deletions and reactions about any before, at clocks that are set back. */
export const sayOfAllKinds = async (store: Store, count: number, below: (most: number) => number): Promise<void> => {
  await store.conversation(vendor, room, { members: ['ana', 'ben'], at: 1 })
  for (let seq = 1; seq <= count; seq++) await store.append(vendor, room, anyMessage(seq, below))
}

const anyMessage = (seq: number, below: (most: number) => number): NewMessage => {
  const from = below(2) === 0 ? 'ana' : 'ben'
  const at = seq * 1_000 - below(4) * below(4) * 1_000
  const said = { from, id: `m${seq}`, at }
  const target = 1 + below(seq)
  const kind = below(8)
  if (kind === 0) return { ...said, ...writeBody('reaction', { seq: target, reaction: '👍' }) }
  if (kind === 1) return { ...said, ...writeBody('edit', { seq: target, text: `edited by ${seq}` }) }
  if (kind === 2) return { ...said, ...writeBody('delete', { seq: target }) }
  if (kind === 3)
    return {
      ...said,
      type: 'blob',
      payload: Uint8Array.of(0xff, seq % 256),
      contentType: 'application/x',
      properties: [['$a', 'b']],
    }
  return { ...said, type: 'text', payload: bytes(`message ${seq}`) }
}

/** What `history/read` answers. */
export const reading = (store: Store, archive: ArchiveStore | undefined) => {
  const read = historyMethods(new ArchivedHistory(store, new SegmentCache(archive)))['history/read'] as Method
  const caller = { vendor, client: 'ana' } as Caller
  return (params: object) => read(caller, { conversation: room, ...params }) as Promise<Answer>
}

interface Answer {
  messages: { seq: number }[]
  first: number
  head: number
  more?: { after?: number; before?: number }
}

/** All pages of a query. */
export const pagesOf = async (read: ReturnType<typeof reading>, query: object): Promise<readonly Answer[]> => {
  const pages: Answer[] = []
  for (let more: Answer['more'] | undefined = {}; more; more = pages.at(-1)?.more)
    pages.push(await read({ ...query, ...more }))
  return pages
}

export const archiverOf = (store: Store, archive: ArchiveStore): Archiver =>
  new Archiver({ store, archive, makeId: idMaker(systemClock, Math.random) })

/** Copies all but the newest, and removes what is copied. */
export const archiveAllBut = async (store: Store, archive: ArchiveStore, newest: number): Promise<number> => {
  const copied = await archiverOf(store, archive).copy(vendor, room, { newest, now: 10_000_000 })
  await trimArchived(store)
  return copied
}

export const trimArchived = async (store: Store): Promise<void> => {
  for (let more = true; more; )
    more = (await store.trim(vendor, room, { archived: true, now: 10_000_000, limit: 50 })).more
}
