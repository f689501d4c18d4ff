import { expect, test } from 'vitest'
import { createActivity } from '../../src/activity.js'
import type { Delivery, LiveSession } from '../../src/broker/exchange/port.js'
import { KeptPlaces } from '../../src/broker/session/sent-places.js'
import type { SessionName } from '../../src/identity.js'
import { InboxReaders } from '../../src/inbox/reader/readers.js'
import { ManualClock } from '../support/manual-clock.js'

const [vendor, conversation] = ['acme', 'team']
const interest = { kind: 'messages', conversation: '+' } as const
const subscription = { filter: 'daak/conversations/+/messages', qos: 1, noLocal: false, interest } as const

/** An inbox of so many entries, which everybody has, and sessions that are kept. */
const open = (entries: number) => {
  const activity = createActivity()
  let refusals = 0
  const cursors = new Map<string, number | undefined>()
  const dropped: string[] = []
  const readers = new InboxReaders({
    inbox: {
      head: async () => ({ epoch: 1, offset: entries, trimmed: 0 }),
      cursor: async () => ({ epoch: 1, offset: 0 }),
      async acknowledge({ client }: SessionName, offset: number | undefined) {
        if (refusals > 0) throw new Error(`Refused, ${refusals--} to come`)
        cursors.set(client, offset)
        if (offset === undefined) dropped.push(client)
      },
      async rewind({ client }: SessionName) {
        if (refusals > 0) throw new Error(`Refused, ${refusals--} to come`)
        cursors.set(client, 0)
      },
      read: async (_vendor, _client, after, limit) =>
        Array.from({ length: Math.min(entries - after, limit) }, (_, i) => {
          const seq = after + 1 + i
          return { offset: seq, conversation, seq }
        }),
    },
    messages: {
      get: (_vendor, _conversation, seq) => ({
        ...{ seq, from: 'bo', id: `m${seq}`, at: seq, type: 'text', payload: Buffer.from(`${seq}`) },
      }),
    },
    ...{ activity, clock: new ManualClock() },
    failed: (error) => {
      throw error
    },
  })
  const settled = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    await activity.idle()
  }
  const sessionOf = async (client: string) => {
    const heard: Delivery[] = []
    const session = {
      ...{ name: { vendor, client, connection: 'phone' }, persistent: true, closed: false },
      sent: new KeptPlaces({ last: 0, unacknowledged: [] }),
      send: (delivery: Delivery) => heard.push(delivery) > 0,
      whenRoom: () => {},
    } as unknown as LiveSession
    await readers.resume(session, subscription)
    readers.begin(session)
    await settled()
    return {
      places: () => heard.splice(0).map(({ place }) => place),
      take: () => heard.splice(0),
      end: () => readers.detach(session),
    }
  }
  const wentBack = (...clients: string[]) => readers.wentBack((_vendor, client) => clients.includes(client))
  const refuse = (times: number) => {
    refusals = times
  }
  return { sessionOf, wentBack, settled, cursors, dropped, refuse }
}

test('who reads what has gone back begins anew, also when something else goes back at that moment', async () => {
  const { sessionOf, wentBack, settled } = open(2)
  const [ana, bob, cem] = [await sessionOf('ana'), await sessionOf('bob'), await sessionOf('cem')]
  for (const each of [ana, bob, cem]) expect(each.places()).toEqual([1, 2])
  for (const client of ['ana', 'bob']) wentBack(client)
  await settled()
  expect([ana, bob, cem].map((each) => each.places())).toEqual([[1, 2], [1, 2], []])
})

test('what has gone back twice is heard once anew', async () => {
  const { sessionOf, wentBack, settled } = open(2)
  const ana = await sessionOf('ana')
  expect(ana.places()).toEqual([1, 2])
  for (const client of ['ana', 'ana']) wentBack(client)
  await settled()
  expect(ana.places()).toEqual([1, 2])
})

test('a place that is refused with the write that has found it is asked for again at once', async () => {
  const { sessionOf, wentBack, settled, refuse } = open(2)
  const ana = await sessionOf('ana')
  expect(ana.places()).toEqual([1, 2])
  refuse(1)
  wentBack('ana')
  await settled()
  expect(ana.places()).toEqual([1, 2])
})

test('an acknowledgement of what is lost is none of what has come in its place', async () => {
  const { sessionOf, wentBack, settled, cursors } = open(1)
  const ana = await sessionOf('ana')
  const [lost] = ana.take()
  wentBack('ana')
  await settled()
  const [instead] = ana.take()
  lost?.acknowledged?.()
  ana.end()
  expect(cursors.get('ana')).toBe(0)
  expect(instead?.place).toBe(lost?.place)
})

test('a session has a cursor at each moment of that: who came back without would begin at the head, and miss what is there', async () => {
  const { sessionOf, wentBack, settled, cursors, dropped, refuse } = open(2)
  const ana = await sessionOf('ana')
  refuse(1)
  wentBack('ana')
  await settled()
  ana.end()
  expect(dropped).toEqual([])
  expect(cursors.get('ana')).toBe(0)
})
