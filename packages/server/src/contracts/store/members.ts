import { randomUUID } from 'node:crypto'
import type { MembersChange, NewMessage, Store } from '../../persistence/port.js'
import { type Behaviours, rejectsWith, same } from '../kit.js'
import {
  begin,
  bot,
  commit,
  commitOf,
  type StoreBench,
  say as sayIn,
  seqs,
  utterance,
  vendor,
  waiting,
} from './fixtures.js'

const team = 'team'

const change = (store: Store, fields: Partial<MembersChange>) =>
  store.changeMembers(vendor, team, { from: 'ana', id: randomUUID(), at: 3_000, ...fields } as MembersChange)

const invite = (store: Store, ...clients: string[]) => change(store, { change: 'joined', clients })
const leave = (store: Store, client: string, more: Partial<MembersChange> = {}) =>
  change(store, { from: client, change: 'left', clients: [client], ...more } as MembersChange)
const close = (store: Store, more: Partial<MembersChange> = {}) =>
  change(store, { change: 'closed', ...more } as MembersChange)

const say = (store: Store, id: string, more: Partial<NewMessage> = {}) => sayIn(store, id, more, team)

const founded = async (store: Store, ...members: string[]) => {
  await store.conversation(vendor, team, { members: ['ana', ...members], at: 500, by: 'ana' })
}

/** What the journal tells of who came and went. */
const told = async (store: Store) =>
  (await store.read(vendor, team, { limit: 100 }))
    .filter(({ type }) => type === 'member')
    .map(({ seq, from, payload }) => [seq, from, JSON.parse(new TextDecoder().decode(payload))])

export const memberBehaviours: Behaviours<StoreBench> = {
  'tells who made a conversation': async ({ subject: store }) => {
    await founded(store, 'bo')
    same((await store.conversation(vendor, team))?.createdBy, 'ana')
  },
  'takes clients in, and tells so in the journal': async ({ subject: store }) => {
    await founded(store, 'bo')
    await say(store, 'a')
    const { members, head } = await invite(store, 'cy', 'di', 'cy')
    same([members, head], [['ana', 'bo', 'cy', 'di'], 2])
    same(await told(store), [[2, 'ana', { change: 'joined', clients: ['cy', 'di'] }]])
    same((await say(store, 'b', { from: 'cy' })).seq, 3)
  },
  'lets clients go, and takes no more of them': async ({ subject: store }) => {
    await founded(store, 'bo', 'cy')
    same((await leave(store, 'bo')).members, ['ana', 'cy'])
    same((await leave(store, 'cy', { from: 'ana' })).members, ['ana'])
    same(await told(store), [
      [1, 'bo', { change: 'left', clients: ['bo'] }],
      [2, 'ana', { change: 'left', clients: ['cy'] }],
    ])
    await rejectsWith(say(store, 'a', { from: 'bo' }), 'NotAMember')
    same((await say(store, 'a')).seq, 3)
  },
  'writes nothing where nothing changes': async ({ subject: store }) => {
    await founded(store, 'bo')
    await invite(store, 'bo')
    await leave(store, 'cy')
    await close(store)
    await close(store)
    await leave(store, 'cy')
    same((await store.conversation(vendor, team))?.head, 1)
  },
  'takes a message of who has left where it was taken before': async ({ subject: store }) => {
    await founded(store, 'bo')
    const first = await say(store, 'a', { from: 'bo' })
    await leave(store, 'bo')
    same(await say(store, 'a', { from: 'bo' }), { ...first, duplicate: true })
  },
  'has no message of a client after the entry that says that it left': async ({ subject: store }) => {
    await founded(store, 'bo')
    const saying = ['a', 'b', 'c', 'd'].map((id) => say(store, id, { from: 'bo' }))
    const leaving = leave(store, 'bo')
    const later = say(store, 'e', { from: 'bo' })
    await Promise.allSettled([...saying, leaving, later])
    const entries = await store.read(vendor, team, { limit: 100 })
    same(entries.at(-1)?.type, 'member')
  },
  'takes what one says and changes who speaks for the vendor': async ({ subject: store }) => {
    await founded(store, 'bo')
    same((await say(store, 'a', { from: 'acme', fromRole: 'vendor' })).seq, 1)
    same(
      (await change(store, { from: 'acme', fromRole: 'vendor', change: 'joined', clients: ['cy'] })).members.length,
      3,
    )
  },
  'refuses changes of who is no member': async ({ subject: store }) => {
    await founded(store, 'bo')
    await rejectsWith(change(store, { from: 'eve', change: 'joined', clients: ['cy'] }), 'NotAMember')
    await rejectsWith(change(store, { from: 'eve', change: 'left', clients: ['bo'] }), 'NotAMember')
    await rejectsWith(close(store, { from: 'eve' }), 'NotAMember')
    same((await store.conversation(vendor, team))?.head, 0)
  },
  'refuses changes of a conversation that nobody made': async ({ subject: store }) => {
    await rejectsWith(invite(store, 'bo'), 'UnknownConversation')
  },
  'has at most 1,000 members, however many are invited at the same time': async ({ subject: store }) => {
    await founded(store, ...Array.from({ length: 998 }, (_, i) => `m${i}`))
    const invited = await Promise.allSettled([invite(store, 'x'), invite(store, 'y')])
    same(invited.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await rejectsWith(invite(store, 'z'), 'TooManyMembers')
    same((await store.conversation(vendor, team))?.members.length, 1_000)
  },
  'takes no messages and no clients when it is closed, and can be read and left': async ({ subject: store }) => {
    await founded(store, 'bo')
    await say(store, 'a')
    same((await close(store)).closedAt, 3_000)
    same(await told(store), [[2, 'ana', { change: 'closed', clients: ['ana'] }]])
    await rejectsWith(say(store, 'b'), 'ClosedConversation')
    await rejectsWith(say(store, 'b', { fromRole: 'vendor' }), 'ClosedConversation')
    await rejectsWith(invite(store, 'cy'), 'ClosedConversation')
    same(seqs(await store.read(vendor, team, { limit: 10 })), [1, 2])
    same((await leave(store, 'bo')).members, ['ana'])
  },
  'lets a bot that comes hear from then on': async ({ subject: store }) => {
    await founded(store, 'bo')
    await store.enlist(vendor, bot, {})
    await say(store, 'a')
    await invite(store, bot)
    await say(store, 'b')
    same(await waiting(store), [team])
    same(seqs((await begin(store, 4_000, team)).events), [2, 3])
  },
  'lets a bot that is enlisted after it came hear from when it came': async ({ subject: store }) => {
    await founded(store, 'bo')
    await say(store, 'a')
    await invite(store, bot)
    await store.enlist(vendor, bot, {})
    same(seqs((await begin(store, 4_000, team)).events), [2])
  },
  'ends what a bot that goes had going on': async ({ subject: store }) => {
    await founded(store, bot)
    await store.enlist(vendor, bot, {})
    await say(store, 'a')
    const timers = { set: [{ id: 't', due: 3_500 }], cancel: [] }
    await commit(store, commitOf('x', { state: 1, timers, messages: [utterance('hi')] }), 2_000, team)
    await leave(store, bot, { from: 'ana' })
    same(await store.waiting({ vendor, bot, now: 9_000, limit: 10 }), { conversations: [] })
    same(await store.begin(vendor, team, bot, 9_000), undefined)
    same((await store.conversation(vendor, team))?.bots, [])
    same((await commit(store, commitOf('y', { revision: 1 }), 9_000, team)).kind, 'conflict')
  },
  'lets a bot that comes back begin anew, with ids that it has not given': async ({ subject: store }) => {
    await founded(store, bot)
    await store.enlist(vendor, bot, {})
    await say(store, 'a')
    await commit(store, commitOf('x', { state: 1, processed: 1, messages: [utterance('hi')] }), 2_000, team)
    await leave(store, bot, { from: 'ana' })
    await invite(store, bot)
    const { stateJson, commitId, revision, events } = await begin(store, 4_000, team)
    same([stateJson, commitId, seqs(events)], ['null', null, [4]])
    await commit(store, commitOf('z', { revision, processed: 4, messages: [utterance('again')] }), 4_000, team)
    const ids = (await store.read(vendor, team, { limit: 10 })).filter(({ from }) => from === bot).map(({ id }) => id)
    same(new Set(ids).size, 2)
  },
  'lets nothing wait for bots in a conversation that is closed': async ({ subject: store }) => {
    await founded(store, bot)
    await store.enlist(vendor, bot, {})
    await commit(store, commitOf('x', { timers: { set: [{ id: 't', due: 3_500 }], cancel: [] } }), 2_000, team)
    await say(store, 'a')
    await close(store)
    same(await store.waiting({ vendor, bot, now: 9_000, limit: 10 }), { conversations: [] })
    same((await commit(store, commitOf('y', { revision: 1 }), 9_000, team)).kind, 'conflict')
    await store.enlist(vendor, 'late', {})
    same(await store.begin(vendor, team, bot, 9_000), undefined)
  },
  'keeps members and what was closed when it is opened anew': async (bench) => {
    await founded(bench.subject, 'bo')
    await invite(bench.subject, 'cy')
    await close(bench.subject)
    const store = await bench.reopen()
    const { members, closedAt } = (await store.conversation(vendor, team)) ?? {}
    same([members, closedAt], [['ana', 'bo', 'cy'], 3_000])
  },
}
