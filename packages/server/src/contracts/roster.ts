import { randomUUID } from 'node:crypto'
import type { MembersChange, MembershipEntry, NewMessage, Store } from '../persistence/port.js'
import type { Receipts, Roster } from '../state/roster/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, eventually, same } from './kit.js'

/** A roster, and the store whose journals it is derived from and whose changes of members are projected to it. */
export interface RosterAndStore {
  roster: Roster & Receipts
  store: Pick<Store, 'conversation' | 'append' | 'changeMembers'>
}

const vendor = 'acme'

const found = (store: RosterAndStore['store'], id: string, ...members: string[]) =>
  store.conversation(vendor, id, { members, at: 1_000 })

const say = async (store: RosterAndStore['store'], from: string, more: Partial<NewMessage> = {}) => {
  const message = { from, id: randomUUID(), at: 2_000, type: 'text', payload: new Uint8Array(), ...more }
  return (await store.append(vendor, 'team', message)).seq
}

const change = (store: RosterAndStore['store'], fields: Partial<MembersChange>) =>
  store.changeMembers(vendor, 'team', { from: 'ana', id: randomUUID(), at: 3_000, ...fields } as MembersChange)

const conversationsOf = async (roster: Roster, client: string, after = '', limit = 10) =>
  (await roster.list(vendor, client, after, limit)).map(({ conversation }) => conversation)

const standing = (roster: Roster, client: string) => roster.standing(vendor, client, 'team')

const unread = async (roster: Roster, client: string) => (await standing(roster, client))?.unread

const receive = (roster: Receipts, client: string, receipt: { delivered?: number; read?: number }) =>
  roster.receive(vendor, client, 'team', receipt)

/** Ana's conversation with bo. */
const team = async ({ roster, store }: RosterAndStore) => {
  await found(store, 'team', 'ana', 'bo')
  await eventually(() => conversationsOf(roster, 'bo'), ['team'])
}

const membershipBehaviours: Behaviours<DurableBench<RosterAndStore>> = {
  'lists the conversations of a client with their members': async ({ subject: { roster, store } }) => {
    await found(store, 'ana~bo', 'ana', 'bo')
    await found(store, 'bo~cy', 'bo', 'cy')
    await eventually(() => roster.list(vendor, 'ana', '', 10), [{ conversation: 'ana~bo', members: ['ana', 'bo'] }])
    await eventually(() => conversationsOf(roster, 'bo'), ['ana~bo', 'bo~cy'])
    same(await roster.list('other', 'ana', '', 10), [])
  },
  'lists who came, and no more who went': async ({ subject }) => {
    const { roster, store } = subject
    await team(subject)
    await change(store, { change: 'joined', clients: ['cy'] })
    await change(store, { change: 'left', clients: ['bo'] })
    await eventually(() => roster.list(vendor, 'cy', '', 10), [{ conversation: 'team', members: ['ana', 'cy'] }])
    same(await conversationsOf(roster, 'bo'), [])
    same(await standing(roster, 'bo'), undefined)
  },
  'changes nothing when entries are projected again': async ({ subject: { roster } }) => {
    const founding = { vendor, conversation: 'team', members: ['ana', 'bo'], joined: ['ana', 'bo'], left: [] }
    const entries: MembershipEntry[] = [
      { ...founding, seq: 0, at: 1_000, closed: false },
      { ...founding, members: ['ana'], joined: [], left: ['bo'], seq: 3, at: 2_000, closed: false },
    ]
    await roster.project(0, 1, entries)
    await roster.project(0, 1, entries)
    same(await conversationsOf(roster, 'bo'), [])
    same(await roster.list(vendor, 'ana', '', 10), [{ conversation: 'team', members: ['ana'] }])
  },
  'pages by id': async ({ subject: { roster, store } }) => {
    for (const id of ['d', 'a', 'c', 'b']) await found(store, id, 'ana')
    await eventually(() => conversationsOf(roster, 'ana', '', 2), ['a', 'b'])
    await eventually(() => conversationsOf(roster, 'ana', 'b', 2), ['c', 'd'])
    same(await conversationsOf(roster, 'ana', 'd', 2), [])
    same(await roster.ids(vendor, 'ana', '', 3), ['a', 'b', 'c'])
    same(await roster.ids(vendor, 'ana', 'c', 3), ['d'])
    same((await roster.standings(vendor, 'ana', 'a', 2)).length, 2)
  },
  'tells clients apart whose names begin alike': async ({ subject: { roster, store } }) => {
    await found(store, 'x', 'an')
    await found(store, 'y', 'ana')
    await eventually(() => conversationsOf(roster, 'an'), ['x'])
  },
}

const standingBehaviours: Behaviours<DurableBench<RosterAndStore>> = {
  'tells where a client is in its conversation': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana', { at: 2_000 })
    await say(subject.store, 'ana', { at: 2_500 })
    await receive(subject.roster, 'bo', { delivered: 2, read: 1 })
    same(await standing(subject.roster, 'bo'), {
      ...{ conversation: 'team', members: ['ana', 'bo'], head: 2, delivered: 2, read: 1, unread: 1, at: 2_500 },
    })
    same(await subject.roster.standings(vendor, 'bo', '', 10), [await standing(subject.roster, 'bo')])
  },
  'counts what others said, and takes who speaks as having read what was said before': async ({ subject }) => {
    const { roster, store } = subject
    await team(subject)
    for (const from of ['ana', 'bo', 'ana', 'ana', 'bo', 'ana']) await say(store, from)
    same([await unread(roster, 'ana'), await unread(roster, 'bo')], [0, 1])
    same((await standing(roster, 'bo'))?.read, 5)
  },
  'counts no entries about other messages or members': async ({ subject }) => {
    await team(subject)
    for (const type of ['text', 'edit', 'delete', 'reaction', 'event', 'handoff', 'card', 'of-my-own'])
      await say(subject.store, 'ana', { type })
    await change(subject.store, { change: 'joined', clients: ['cy'] })
    same(await unread(subject.roster, 'bo'), 3)
  },
  'has who joins read what was said before': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana')
    await change(subject.store, { change: 'joined', clients: ['cy'] })
    await say(subject.store, 'ana')
    const { read, delivered, unread: count } = (await standing(subject.roster, 'cy')) ?? {}
    same([read, delivered, count], [2, 2, 1])
  },
  'counts right where many speak, and some have been silent for long': async ({ subject }) => {
    const { roster, store } = subject
    const clients = Array.from({ length: 20 }, (_, i) => `c${i}`)
    await found(store, 'team', ...clients)
    for (const from of clients) await say(store, from)
    await eventually(() => unread(roster, 'c0'), 19)
    same(
      await Promise.all(clients.map((client) => unread(roster, client))),
      clients.map((_, i) => 19 - i),
    )
  },
  'keeps receipts, counts and what is muted when it is opened anew': async (bench) => {
    await team(bench.subject)
    for (const from of ['ana', 'bo', 'ana', 'ana']) await say(bench.subject.store, from)
    await receive(bench.subject.roster, 'bo', { read: 3 })
    await bench.subject.roster.mute(vendor, 'bo', 'team', 'forever')
    const before = await standing(bench.subject.roster, 'bo')
    const { roster, store } = await bench.reopen()
    same(await standing(roster, 'bo'), before)
    await say(store, 'ana')
    same([before?.unread, await unread(roster, 'bo'), await unread(roster, 'ana')], [1, 2, 0])
  },
}

const receiptBehaviours: Behaviours<DurableBench<RosterAndStore>> = {
  'never goes back, in whatever order receipts come': async ({ subject }) => {
    const { roster, store } = subject
    await team(subject)
    for (let i = 0; i < 6; i++) await say(store, 'ana')
    const receipts = [{ read: 2 }, { delivered: 5 }, { read: 4 }, { read: 1, delivered: 3 }]
    await Promise.all(receipts.map((receipt) => receive(roster, 'bo', receipt)))
    await receive(roster, 'bo', { read: 3, delivered: 1 })
    same(await roster.receipts(vendor, 'team', ['bo']), [{ client: 'bo', delivered: 5, read: 4 }])
  },
  'has delivered what was read': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana')
    await receive(subject.roster, 'bo', { read: 1 })
    same(await subject.roster.receipts(vendor, 'team', ['bo']), [{ client: 'bo', delivered: 1, read: 1 }])
  },
  'tells whether a receipt says more than was known': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana')
    const news = async (receipt: object) => receive(subject.roster, 'bo', receipt)
    same(await news({ delivered: 1 }), { kind: 'taken', news: true })
    same(await news({ delivered: 1, read: 0 }), { kind: 'taken', news: false })
    same(await news({ read: 1 }), { kind: 'taken', news: true })
  },
  'takes nothing beyond the head': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana')
    same(await receive(subject.roster, 'bo', { delivered: 2 }), { kind: 'beyond', head: 1 })
    same(await receive(subject.roster, 'bo', { read: 2 }), { kind: 'beyond', head: 1 })
    same((await standing(subject.roster, 'bo'))?.delivered, 0)
  },
  'takes receipts of members only, and tells of them only': async ({ subject }) => {
    await team(subject)
    await say(subject.store, 'ana')
    same(await receive(subject.roster, 'eve', { read: 1 }), { kind: 'not a member' })
    same(await subject.roster.receipts(vendor, 'team', ['eve', 'ana']), [{ client: 'ana', delivered: 1, read: 1 }])
    same((await subject.roster.receipts(vendor, 'team')).length, 2)
  },
  'mutes for one client, and no more': async ({ subject: { roster, store } }) => {
    await team({ roster, store })
    const muted = async (client: string) => (await standing(roster, client))?.mutedUntil
    same(await roster.mute(vendor, 'bo', 'team', 9_000), true)
    same([await muted('bo'), await muted('ana')], [9_000, undefined])
    same(await roster.mute(vendor, 'bo', 'team', undefined), true)
    same([await muted('bo'), await roster.mute(vendor, 'eve', 'team', 9_000)], [undefined, false])
  },
}

/** What every roster does. */
export const rosterContract = (kit: ContractKit, open: () => Promise<DurableBench<RosterAndStore>>): void => {
  contract(kit, 'Roster', open, membershipBehaviours)
  contract(kit, 'Roster: standings', open, standingBehaviours)
  contract(kit, 'Roster: receipts', open, receiptBehaviours)
}
