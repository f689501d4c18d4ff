import { type Behaviours, same } from '../kit.js'
import {
  begin,
  bot,
  commit,
  commitOf,
  found,
  room,
  type StoreBench,
  say,
  seqs,
  vendor,
  waiting,
  withBot,
} from './fixtures.js'

/** Far more than LMDB has places for readers: a question that leaves one open takes a place for ever. */
const manyTimes = 1_000

export const waitingBehaviours: Behaviours<StoreBench> = {
  'offers a conversation to its bot when somebody else has spoken': async ({ subject: store }) => {
    await withBot(store)
    same(await waiting(store), [])
    await say(store, 'a')
    same(await waiting(store), [room])
    same(await store.waiting({ vendor, bot: 'ana', now: 2_000, limit: 10 }), { conversations: [] })
  },
  'offers what was said before the bot was known': async ({ subject: store }) => {
    await found(store)
    await say(store, 'a')
    await store.enlist(vendor, bot, {})
    same(await waiting(store), [room])
  },
  'does not let a bot wait for itself': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a', { from: bot })
    await say(store, 'b', { from: bot, to: bot })
    same(await waiting(store), [])
    same(await store.begin(vendor, room, bot, 2_000), undefined)
  },
  'lets a bot hear another bot only where the message names it': async ({ subject: store }) => {
    await found(store, 'trio', ['ana', 'shop', 'post'])
    await store.enlist(vendor, 'shop', {})
    await store.enlist(vendor, 'post', {})
    await say(store, 'a', { from: 'post' }, 'trio')
    same(await waiting(store), [])
    await say(store, 'b', { from: 'post', to: 'shop' }, 'trio')
    same(await waiting(store), ['trio'])
    same(seqs((await begin(store, 2_000, 'trio')).events), [2])
  },
  'offers those first that have waited longest, as many as are asked for': async ({ subject: store }) => {
    await withBot(store)
    await found(store, 'bo~shop')
    await found(store, 'cy~shop')
    await say(store, 'a', { from: 'cy', at: 10 }, 'cy~shop')
    await say(store, 'a', { at: 20 })
    await say(store, 'a', { from: 'bo', at: 30 }, 'bo~shop')
    await say(store, 'b', { at: 40 })
    same(await waiting(store), ['cy~shop', room, 'bo~shop'])
    same(await waiting(store, { limit: 2 }), ['cy~shop', room])
  },
  'is asked again and again for a part of what waits, while others speak': async ({ subject: store }) => {
    await withBot(store)
    await found(store, 'bo~shop')
    await commit(store, commitOf('x', { timers: { set: [{ id: 't', due: 1_700 }], cancel: [] } }))
    await say(store, 'a', { from: 'bo', at: 1_600 }, 'bo~shop')
    await found(store, 'bo~cy')
    for (let times = 0; times < manyTimes; times++) {
      same(await waiting(store, { limit: 1 }), ['bo~shop'])
      await say(store, String(times), { from: 'bo' }, 'bo~cy')
    }
  },
  'offers a conversation whose timer is due, in its place by time': async ({ subject: store }) => {
    await withBot(store)
    await found(store, 'bo~shop')
    await commit(store, commitOf('x', { timers: { set: [{ id: 't', due: 1_500 }], cancel: [] } }))
    await found(store, 'cy~shop')
    await say(store, 'a', { from: 'bo', at: 1_600 }, 'bo~shop')
    await say(store, 'a', { from: 'cy', at: 1_400 }, 'cy~shop')
    same(await waiting(store, { now: 1_499 }), ['cy~shop', 'bo~shop'])
    same(await waiting(store, { now: 1_500 }), ['cy~shop', room, 'bo~shop'])
  },
  'offers a conversation once, however much waits in it': async ({ subject: store }) => {
    await withBot(store)
    const set = [
      { id: 't', due: 1_500 },
      { id: 'u', due: 1_600 },
    ]
    await commit(store, commitOf('x', { timers: { set, cancel: [] } }))
    await say(store, 'a')
    same(await waiting(store), [room])
  },
  'tells when the next timer after now falls due': async ({ subject: store }) => {
    await withBot(store)
    const set = [
      { id: 't', due: 1_500 },
      { id: 'u', due: 1_600 },
    ]
    await commit(store, commitOf('x', { timers: { set, cancel: [] } }))
    const nextDue = async (now: number) => (await store.waiting({ vendor, bot, now, limit: 10 })).nextDue
    same([await nextDue(0), await nextDue(1_500), await nextDue(1_600)], [1_500, 1_600, undefined])
  },
  'offers nothing of another vendor': async ({ subject: store }) => {
    await withBot(store)
    await store.conversation('other', room, { members: ['ana', 'shop'], at: 1 })
    await store.enlist('other', bot, {})
    await say(store, 'a')
    same(await store.waiting({ vendor: 'other', bot, now: 2_000, limit: 10 }), { conversations: [] })
  },
  'looks at what waits without counting a try': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    const look = () => store.begin(vendor, room, bot, 2_000, { count: false })
    for (let i = 0; i < 5; i++) same(seqs((await look())?.events ?? []), [1])
    same((await begin(store)).attempt, 1)
  },
  'still offers it when it is opened anew': async (bench) => {
    await withBot(bench.subject)
    await say(bench.subject, 'a')
    same(await waiting(await bench.reopen()), [room])
  },
}
