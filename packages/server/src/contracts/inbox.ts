import type { Inbox } from '../inbox/port.js'
import type { FeedEntry } from '../persistence/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, holds, same } from './kit.js'

const vendor = 'acme'
const phone = { vendor, client: 'ana', connection: 'phone' }
const laptop = { vendor, client: 'ana', connection: 'laptop' }

const feedEntry = (conversation: string, seq: number, members: readonly string[]): FeedEntry => ({
  vendor,
  conversation,
  members,
  message: { seq, from: 'ana', id: `${conversation}-${seq}`, at: 1_000, type: 'text', payload: new Uint8Array() },
})

const behaviours: Behaviours<DurableBench<Inbox>> = {
  'appends a pointer to the log of every member, in feed order': async ({ subject: inbox }) => {
    await inbox.project(0, 1, [feedEntry('ana~bo', 1, ['ana', 'bo']), feedEntry('ana~cy', 1, ['ana', 'cy'])])
    await inbox.project(0, 2, [feedEntry('ana~bo', 2, ['ana', 'bo'])])
    same(await inbox.read(vendor, 'ana', 0, 10), [
      { offset: 1, conversation: 'ana~bo', seq: 1 },
      { offset: 2, conversation: 'ana~cy', seq: 1 },
      { offset: 3, conversation: 'ana~bo', seq: 2 },
    ])
    same((await inbox.read(vendor, 'bo', 0, 10)).length, 2)
    same(await inbox.read('other', 'ana', 0, 10), [])
  },
  'skips what it has projected already': async ({ subject: inbox }) => {
    const entries = [feedEntry('ana~bo', 1, ['ana', 'bo'])]
    await inbox.project(0, 5, entries)
    await inbox.project(0, 5, entries)
    await inbox.project(0, 4, entries)
    same((await inbox.read(vendor, 'ana', 0, 10)).length, 1)
  },
  'keeps a watermark for each partition': async ({ subject: inbox }) => {
    await inbox.project(0, 5, [feedEntry('ana~bo', 1, ['ana', 'bo'])])
    await inbox.project(1, 5, [feedEntry('ana~cy', 1, ['ana', 'cy'])])
    same((await inbox.read(vendor, 'ana', 0, 10)).length, 2)
  },
  'reads after an offset, at most as many as are asked for': async ({ subject: inbox }) => {
    await inbox.project(
      0,
      1,
      [1, 2, 3, 4].map((seq) => feedEntry('ana~bo', seq, ['ana', 'bo'])),
    )
    const offsets = async (after: number, limit: number) =>
      (await inbox.read(vendor, 'ana', after, limit)).map(({ offset }) => offset)
    same(await offsets(1, 2), [2, 3])
    same(await offsets(4, 2), [])
  },
  'has its head at the newest pointer, and at 0 where there is none': async ({ subject: inbox }) => {
    same((await inbox.head(vendor, 'ana')).offset, 0)
    same((await inbox.head(vendor, 'ana')).trimmed, 0)
    await inbox.project(0, 1, [feedEntry('ana~bo', 1, ['ana', 'bo'])])
    same((await inbox.head(vendor, 'ana')).offset, 1)
  },
  'gives each session a cursor of its own, which never moves back': async ({ subject: inbox }) => {
    same(await inbox.cursor(phone), undefined)
    await inbox.acknowledge(phone, 0)
    await inbox.acknowledge(laptop, 7)
    same((await inbox.cursor(phone))?.offset, 0)
    await inbox.acknowledge(phone, 5)
    await inbox.acknowledge(phone, 3)
    same((await inbox.cursor(phone))?.offset, 5)
    same((await inbox.cursor(laptop))?.offset, 7)
  },
  'sets a cursor to the beginning, from where it goes on': async ({ subject: inbox }) => {
    await inbox.acknowledge(phone, 5)
    await inbox.rewind(phone)
    same((await inbox.cursor(phone))?.offset, 0)
    await inbox.acknowledge(phone, 3)
    same((await inbox.cursor(phone))?.offset, 3)
    await inbox.rewind(laptop)
    same((await inbox.cursor(laptop))?.offset, 0)
  },
  'keeps with a cursor that its session is to be told resync, until it is moved without that': async ({
    subject: inbox,
  }) => {
    await inbox.acknowledge(phone, 3)
    same((await inbox.cursor(phone))?.resync, undefined)
    await inbox.rewind(phone)
    same((await inbox.cursor(phone))?.resync, true)
    await inbox.acknowledge(phone, 2, { resync: true })
    await inbox.acknowledge(phone, 1, { resync: false })
    same((await inbox.cursor(phone))?.resync, true)
    await inbox.acknowledge(phone, 3, { resync: false })
    same((await inbox.cursor(phone))?.resync, undefined)
  },
  'drops a cursor without an offset': async ({ subject: inbox }) => {
    await inbox.acknowledge(phone, 5)
    await inbox.acknowledge(phone, undefined)
    same(await inbox.cursor(phone), undefined)
    await inbox.acknowledge(phone, 3)
    same((await inbox.cursor(phone))?.offset, 3)
  },
  'has a cursor for a session with a very long name': async ({ subject: inbox }) => {
    const long = { vendor, client: 'ana', connection: 'x'.repeat(60_000) }
    await inbox.acknowledge(long, 5)
    same((await inbox.cursor(long))?.offset, 5)
    same(await inbox.cursor({ ...long, connection: `${long.connection}y` }), undefined)
  },
  'keeps log, cursors, watermarks and epoch when it is opened anew': async (bench) => {
    const entries = [feedEntry('ana~bo', 1, ['ana', 'bo'])]
    await bench.subject.project(0, 1, entries)
    await bench.subject.acknowledge(phone, 1)
    const before = await bench.subject.head(vendor, 'ana')
    holds(before.epoch > 0, 'an epoch is a positive number')
    const inbox = await bench.reopen()
    await inbox.project(0, 1, entries)
    same(await inbox.head(vendor, 'ana'), before)
    same(await inbox.cursor(phone), { epoch: before.epoch, offset: before.offset })
  },
  'removes entries of one client, and tells up to where': async ({ subject: inbox }) => {
    await inbox.project(
      0,
      1,
      [1, 2, 3, 4, 5].map((seq) => feedEntry('ana~bo', seq, ['ana', 'bo'])),
    )
    await inbox.trim(vendor, 'ana', [1, 3])
    await inbox.trim(vendor, 'ana', [1])
    same(
      (await inbox.read(vendor, 'ana', 0, 10)).map(({ offset }) => offset),
      [2, 4, 5],
    )
    same((await inbox.head(vendor, 'ana')).trimmed, 3)
    same((await inbox.head(vendor, 'bo')).trimmed, 0)
    same((await inbox.read(vendor, 'bo', 0, 10)).length, 5)
  },
  'leaves cursors where they are when it is trimmed': async ({ subject: inbox }) => {
    await inbox.project(0, 1, [feedEntry('ana~bo', 1, ['ana']), feedEntry('ana~bo', 2, ['ana'])])
    await inbox.acknowledge(phone, 0)
    await inbox.trim(vendor, 'ana', [1])
    same((await inbox.cursor(phone))?.offset, 0)
  },
  'gives no offset again when all was trimmed, nor when it is opened anew then': async (bench) => {
    const append = (inbox: Inbox, seq: number) => inbox.project(0, seq, [feedEntry('ana~bo', seq, ['ana'])])
    for (const seq of [1, 2, 3]) await append(bench.subject, seq)
    await bench.subject.trim(vendor, 'ana', [1, 2, 3])
    same((await bench.subject.head(vendor, 'ana')).offset, 3)
    await append(bench.subject, 4)
    await bench.subject.trim(vendor, 'ana', [3, 4])
    const inbox = await bench.reopen()
    same([(await inbox.head(vendor, 'ana')).offset, (await inbox.head(vendor, 'ana')).trimmed], [4, 3])
    await append(inbox, 5)
    same(await inbox.read(vendor, 'ana', 4, 10), [{ offset: 5, conversation: 'ana~bo', seq: 5 }])
  },
}

/** What every inbox does. */
export const inboxContract = (kit: ContractKit, open: () => Promise<DurableBench<Inbox>>): void =>
  contract(kit, 'Inbox', open, behaviours)
