import type { Store } from '../../persistence/port.js'
import { type Behaviours, same } from '../kit.js'
import {
  begin,
  bot,
  commit,
  commitOf,
  room,
  type StoreBench,
  say,
  seqs,
  texts,
  utterance,
  vendor,
  waiting,
  withBot,
} from './fixtures.js'

const attempts = async (store: Store, count: number): Promise<number[]> => {
  const seen: number[] = []
  for (let i = 0; i < count; i++) seen.push((await begin(store)).attempt)
  return seen
}

const tryAgain = (store: Store) => store.begin(vendor, room, bot, 2_000)

const standing = async (store: Store) => (await store.conversation(vendor, room))?.bots[0]

export const failureBehaviours: Behaviours<StoreBench> = {
  'counts the tries at what waits, also when it is opened anew': async (bench) => {
    await withBot(bench.subject)
    await say(bench.subject, 'a')
    same(await attempts(bench.subject, 2), [1, 2])
    same(await attempts(await bench.reopen(), 1), [3])
  },
  'counts anew after something was handled': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await say(store, 'b')
    await attempts(store, 3)
    await commit(store, commitOf('x', { processed: 1 }))
    same(await attempts(store, 1), [1])
  },
  'counts a first try at what a kept turn goes on with': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await say(store, 'b')
    await attempts(store, 1)
    await commit(store, commitOf('x', { processed: 1, keep: true }))
    same(await attempts(store, 1), [2])
  },
  'goes on counting after a checkpoint, which handles nothing': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await attempts(store, 2)
    await commit(store, commitOf('x', { state: { step: 1 } }))
    same(await attempts(store, 1), [3])
  },
  'sets the earliest message aside after three tries, apologises, and goes on with the next': async ({
    subject: store,
  }) => {
    await withBot(store, 'Sorry!')
    await say(store, 'bad')
    await say(store, 'good')
    await attempts(store, 3)
    const work = await begin(store)
    same([work.attempt, work.revision, work.processed, seqs(work.events)], [1, 1, 1, [2]])
    same(await texts(store), ['bad', 'good', 'Sorry!'])
    const [apology] = await store.read(vendor, room, { after: 2, limit: 1 })
    same([apology?.from, apology?.id, apology?.type, apology?.at], [bot, '1.0', 'text', 2_000])
  },
  'says nothing for a bot without an apology, and rests where nothing else waits': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'bad')
    await attempts(store, 3)
    same(await tryAgain(store), undefined)
    same(await texts(store), ['bad'])
    same(await waiting(store), [])
  },
  'keeps the last good state, and what members see of it': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'good')
    const told = { value: 'asking', tags: [], accepts: [] }
    await commit(store, commitOf('x', { processed: 1, state: { n: 1 }, public: told }))
    await say(store, 'bad')
    await attempts(store, 3)
    await tryAgain(store)
    same(await standing(store), { bot, processed: 2, revision: 2, public: told })
    await say(store, 'next')
    const { stateJson, commitId } = await begin(store)
    same([stateJson, commitId], ['{"n":1}', 'x'])
  },
  'sets aside the message that was named, and leaves the others': async ({ subject: store }) => {
    await withBot(store, 'Sorry!')
    for (const id of ['a', 'bad', 'c']) await say(store, id)
    for (let i = 0; i < 3; i++) {
      await begin(store)
      await commit(store, { kind: 'failed', revision: 0, seq: 2, cause: 'boom' })
    }
    const work = await begin(store)
    same([work.processed, seqs(work.events)], [0, [1, 3]])
    await commit(store, commitOf('x', { revision: 1, processed: 1 }))
    same(seqs((await begin(store)).events), [3])
  },
  'consumes the timer that failed': async ({ subject: store }) => {
    await withBot(store, 'Sorry!')
    const set = [
      { id: 'bad', due: 1_500 },
      { id: 'good', due: 1_600 },
    ]
    await commit(store, commitOf('x', { timers: { set, cancel: [] } }))
    await attempts(store, 3)
    const { timers, revision } = await begin(store)
    same([timers, revision], [[{ id: 'good', due: 1_600 }], 2])
    same(await texts(store), ['Sorry!'])
  },
  'takes the timer first where it and a message came at the same time': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { timers: { set: [{ id: 't', due: 1_500 }], cancel: [] } }))
    await say(store, 'a', { at: 1_500 })
    await attempts(store, 3)
    const { timers, events } = await begin(store)
    same([timers, seqs(events)], [[], [1]])
  },
  'forgets a named culprit that was handled meanwhile': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await begin(store)
    await commit(store, { kind: 'failed', revision: 0, seq: 1, cause: 'boom' })
    await commit(store, commitOf('x', { processed: 1, messages: [utterance('fine')] }))
    await say(store, 'b')
    same(await attempts(store, 3), [1, 2, 3])
    await tryAgain(store)
    same((await standing(store))?.processed, 3)
  },
  'answers a commit that comes after its message was set aside with a conflict': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'bad')
    await attempts(store, 3)
    await tryAgain(store)
    same((await commit(store, commitOf('x', { processed: 1 }))).kind, 'conflict')
  },
}
