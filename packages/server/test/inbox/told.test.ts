import { systemClock } from '@daakia/protocol'
import { assert, asyncProperty, constantFrom, array as many } from 'fast-check'
import { expect, test } from 'vitest'
import { createActivity } from '../../src/activity.js'
import type { Delivery, LiveSession } from '../../src/broker/exchange/port.js'
import type { InboxEntry } from '../../src/inbox/port.js'
import { type Appended, InboxReaders } from '../../src/inbox/reader/readers.js'
import type { JournalMessage } from '../../src/persistence/port.js'

const [vendor, client, conversation] = ['acme', 'ana', 'team']

const messageOf = (seq: number): JournalMessage => ({
  ...{ seq, from: 'bo', id: `m${seq}`, at: seq, type: 'text', payload: Buffer.from(`${seq}`) },
})

/** An inbox that others write to, and a session that reads it. */
const open = async () => {
  let head = 0
  let room = Number.POSITIVE_INFINITY
  let whenRoom = () => {}
  const asked: number[] = []
  const heard: string[] = []
  const activity = createActivity()
  const readers = new InboxReaders({
    inbox: {
      head: async () => ({ epoch: 1, offset: head, trimmed: 0 }),
      cursor: async () => undefined,
      acknowledge: async () => {},
      rewind: async () => {},
      read: async (_vendor, _client, after, limit): Promise<readonly InboxEntry[]> => {
        asked.push(after)
        await new Promise((resolve) => setImmediate(resolve))
        const length = Math.max(0, Math.min(head - after, limit))
        return Array.from({ length }, (_, i) => ({ offset: after + 1 + i, conversation, seq: after + 1 + i }))
      },
    },
    messages: { get: (_vendor, _conversation, seq) => messageOf(seq) },
    ...{ activity, clock: systemClock },
    failed: (error) => {
      throw error
    },
  })
  const session = {
    ...{ name: { vendor, client, connection: 'phone' }, persistent: false, sent: undefined, closed: false },
    send({ payload }: Delivery) {
      if (room === 0) return false
      room--
      heard.push(Buffer.from(payload).toString())
      return true
    },
    whenRoom(run: () => void) {
      whenRoom = run
    },
  } as unknown as LiveSession
  const subscription = { filter: 'daak/conversations/+/messages', qos: 0, noLocal: false } as const
  await readers.subscribe(session, { ...subscription, interest: { kind: 'messages', conversation: '+' } })
  readers.begin(session)
  await activity.idle()
  asked.length = 0
  return {
    ...{ asked, heard, activity },
    /** Appends, and answers what is to be told of it. */
    append: (): Appended => ({ conversation, seq: ++head, places: [head] }),
    tell: (appended: Appended) => readers.tell(vendor, [client], appended),
    look: () => readers.wakeAll(),
    give(more: number) {
      room = more
      whenRoom()
    },
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, i) => `${i + 1}`)

test('what a reader is told of in order is not read', async () => {
  const { append, tell, asked, heard, activity } = await open()
  for (let seq = 1; seq <= 100; seq++) tell(append())
  await activity.idle()
  expect({ heard, asked }).toEqual({ heard: upTo(100), asked: [] })
})

test('what was told while another read was under way is not read again', async () => {
  const { append, tell, look, asked, heard, activity } = await open()
  tell(append())
  look()
  for (let seq = 2; seq <= 9; seq++) tell(append())
  await activity.idle()
  expect({ heard, asked }).toEqual({ heard: upTo(9), asked: [1] })
})

test('where something before it is missing, it is read, and what comes late is not heard again', async () => {
  const { append, tell, asked, heard, activity } = await open()
  const [one, two, three] = [append(), append(), append()]
  tell(three)
  await activity.idle()
  tell(one)
  tell(two)
  await activity.idle()
  expect({ heard, asked }).toEqual({ heard: upTo(3), asked: [0] })
})

test('what has no place is looked for', async () => {
  const { append, tell, asked, heard, activity } = await open()
  tell({ ...append(), places: [0] })
  await activity.idle()
  expect({ heard, asked }).toEqual({ heard: upTo(1), asked: [0] })
})

test('a session without room keeps what it is told of waiting, and hears all of it in order', async () => {
  const { append, tell, give, heard, activity } = await open()
  give(2)
  for (let seq = 1; seq <= 50; seq++) tell(append())
  expect(heard).toEqual(upTo(2))
  give(Number.POSITIVE_INFINITY)
  await activity.idle()
  expect(heard).toEqual(upTo(50))
})

test('is heard once and in order, whatever becomes of the news', async () => {
  const step = constantFrom('tell', 'lose', 'delay', 'late', 'look', 'room', 'no room', 'rest')
  await assert(
    asyncProperty(many(step, { maxLength: 60 }), async (steps) => {
      const { append, tell, look, give, heard, activity } = await open()
      const delayed: Appended[] = []
      let last = 0
      for (const each of steps) {
        if (each === 'tell' || each === 'lose' || each === 'delay') {
          const appended = append()
          last = appended.seq
          if (each === 'tell') tell(appended)
          if (each === 'delay') delayed.push(appended)
        } else if (each === 'late') for (const late of delayed.splice(0)) tell(late)
        else if (each === 'look') look()
        else if (each === 'room') give(Number.POSITIVE_INFINITY)
        else if (each === 'no room') give(0)
        else await new Promise((resolve) => setImmediate(resolve))
      }
      give(Number.POSITIVE_INFINITY)
      look()
      await activity.idle()
      expect(heard).toEqual(upTo(last))
    }),
    { numRuns: 500 },
  )
})
