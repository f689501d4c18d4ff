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

const standing = async ({ subject: store }: StoreBench) => (await store.conversation(vendor, room))?.bots[0]

export const turnBehaviours: Behaviours<StoreBench> = {
  'starts a first turn from nothing, with all that waits in order': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await say(store, 'b')
    const { events, ...work } = await begin(store)
    same(seqs(events), [1, 2])
    same(work, {
      conversation: room,
      members: ['ana', 'shop'],
      attempt: 1,
      revision: 0,
      commitId: null,
      processed: 0,
      stateJson: 'null',
      timers: [],
      unfinished: false,
    })
  },
  'starts nothing where nothing waits': async ({ subject: store }) => {
    await withBot(store)
    same(await store.begin(vendor, room, bot, 2_000), undefined)
    same(await store.begin(vendor, 'nowhere', bot, 2_000), undefined)
  },
  'applies a commit whole: state, position, words and what members may see': async (bench) => {
    const { subject: store } = bench
    await withBot(store)
    await say(store, 'a')
    const told = { value: 'asking', tags: ['x'], accepts: ['cancel'] }
    const outcome = { processed: 1, state: { n: [1] }, messages: [utterance('hi'), utterance('ho')], public: told }
    same(await commit(store, commitOf('x', outcome)), { kind: 'applied', revision: 1, head: 3 })
    same(await texts(store), ['a', 'hi', 'ho'])
    same(await standing(bench), { bot, processed: 1, revision: 1, public: told })
    same(await waiting(store), [])
    await say(store, 'b')
    const { revision, commitId, commitHead, processed, stateJson } = await begin(store)
    const expected = { revision: 1, commitId: 'x', commitHead: 3, processed: 1, stateJson: '{"n":[1]}' }
    same({ revision, commitId, commitHead, processed, stateJson }, expected)
  },
  'gives the words of a turn ids of its revision, from the bot, at its time': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await commit(store, commitOf('x', { processed: 1, messages: [utterance('hi'), utterance('ho')] }), 3_000)
    await commit(store, commitOf('y', { revision: 1, processed: 1, messages: [utterance('ha')] }), 4_000)
    const said = (await store.read(vendor, room, { after: 1, limit: 10 })).map(({ from, id, at }) => [from, id, at])
    same(said, [
      [bot, '1.0', 3_000],
      [bot, '1.1', 3_000],
      [bot, '2.0', 4_000],
    ])
  },
  'answers the last commit, sent again, as the first time, and applies nothing': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    const outcome = commitOf('x', { processed: 1, messages: [utterance('hi')] })
    await commit(store, outcome)
    await say(store, 'b')
    same(await commit(store, outcome), { kind: 'repeated', revision: 1, head: 2 })
    same(await texts(store), ['a', 'hi', 'b'])
  },
  'applies nothing of a commit that started from another revision': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await commit(store, commitOf('x', { processed: 1 }))
    const late = commitOf('y', {
      processed: 1,
      messages: [utterance('late')],
      timers: { set: [{ id: 't', due: 1 }], cancel: [] },
    })
    same((await commit(store, late)).kind, 'conflict')
    same((await commit(store, { kind: 'failed', revision: 0, cause: 'late' })).kind, 'conflict')
    same((await commit(store, { kind: 'parked', revision: 0, reason: 'late' })).kind, 'conflict')
    same(await texts(store), ['a'])
    same(await waiting(store), [])
  },
  'applies nothing of a commit whose position goes back, or beyond the journal': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await commit(store, commitOf('x', { processed: 1 }))
    same((await commit(store, commitOf('y', { revision: 1, processed: 0 }))).kind, 'conflict')
    same((await commit(store, commitOf('y', { revision: 1, processed: 2 }))).kind, 'conflict')
  },
  'of two commits from one revision applies one': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    const rivals = ['x', 'y'].map((id) => commit(store, commitOf(id, { processed: 1, messages: [utterance(id)] })))
    same((await Promise.all(rivals)).map(({ kind }) => kind).sort(), ['applied', 'conflict'])
    same((await texts(store)).length, 2)
  },
  'lists what waits next where the turn is kept': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await say(store, 'b')
    const first = await commit(store, commitOf('x', { processed: 1, keep: true }))
    same(first.kind === 'applied' && seqs(first.next?.events ?? []), [2])
    const last = await commit(store, commitOf('y', { revision: 1, processed: 2, keep: true }))
    same(last, { kind: 'applied', revision: 2, head: 2 })
  },
  'sets, replaces and cancels timers, and gives out those that are due': async ({ subject: store }) => {
    await withBot(store)
    const set = [
      { id: 'late', due: 9_000 },
      { id: 'b', due: 1_800 },
      { id: 'a', due: 1_500 },
      { id: 'gone', due: 1_000 },
    ]
    await commit(store, commitOf('x', { timers: { set, cancel: [] } }))
    const changed = { cancel: ['gone', 'never'], set: [{ id: 'a', due: 1_900 }] }
    await commit(store, commitOf('y', { revision: 1, timers: changed }))
    same(await waiting(store, { now: 1_700 }), [])
    same((await begin(store, 1_900)).timers, [
      { id: 'b', due: 1_800 },
      { id: 'a', due: 1_900 },
    ])
    await commit(store, commitOf('z', { revision: 2, timers: { set: [], cancel: ['a', 'b'] } }))
    same(await waiting(store), [])
  },
  'is where it was when it is opened anew': async (bench) => {
    await withBot(bench.subject)
    await say(bench.subject, 'a')
    const outcome = commitOf('x', {
      processed: 1,
      state: { n: 1 },
      timers: { set: [{ id: 't', due: 5_000 }], cancel: [] },
    })
    await commit(bench.subject, outcome)
    const store = await bench.reopen()
    same((await commit(store, outcome)).kind, 'repeated')
    const { stateJson, timers } = await begin(store, 5_000)
    same({ stateJson, timers }, { stateJson: '{"n":1}', timers: [{ id: 't', due: 5_000 }] })
  },
}
