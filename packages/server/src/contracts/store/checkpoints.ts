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

const standing = async (store: Store) => (await store.conversation(vendor, room))?.bots[0]

/** The bot has said "one moment" to ana's message 2 and is at work; it was asleep before, and wakes up at 9,000. */
const withCheckpoint = async (store: Store): Promise<void> => {
  await withBot(store, 'Sorry!')
  await say(store, 'hi')
  const asleep = { set: [{ id: 'wake', due: 9_000 }], cancel: [] }
  const told = { value: 'asleep', tags: [], accepts: [] }
  await commit(store, commitOf('x', { processed: 1, state: 'asleep', timers: asleep, public: told }))
  await say(store, 'work')
  await begin(store)
  const awake = { set: [{ id: 'patience', due: 60_000 }], cancel: ['wake'] }
  const at_work = commitOf('y', { revision: 1, processed: 2, state: 'at work', timers: awake, checkpoint: true })
  await commit(store, { ...at_work, messages: [utterance('one moment')] })
}

/** Three tries in vain, and the fourth, which gives up. */
const giveUp = async (store: Store): Promise<void> => {
  for (let i = 0; i < 3; i++) {
    await begin(store, 3_000)
    await commit(store, { kind: 'failed', revision: 2, seq: 2, cause: 'boom' }, 3_000)
  }
  await store.begin(vendor, room, bot, 3_000)
}

export const checkpointBehaviours: Behaviours<StoreBench> = {
  'says what was said before a checkpoint, and lists nothing': async ({ subject: store }) => {
    await withCheckpoint(store)
    same(await texts(store), ['hi', 'work', 'one moment'])
    await say(store, 'more')
    const answer = await commit(store, commitOf('z', { revision: 2, processed: 2, keep: true, checkpoint: true }))
    same(answer, { kind: 'applied', revision: 3, head: 4 })
  },
  'offers the work of a checkpoint, though nothing else waits': async ({ subject: store }) => {
    await withCheckpoint(store)
    same([await waiting(store), (await standing(store))?.working], [[room], true])
    const { stateJson, unfinished, events, timers, attempt } = await begin(store)
    same(
      { stateJson, unfinished, events, timers, attempt },
      {
        ...{ stateJson: '"at work"', unfinished: true, events: [], timers: [], attempt: 1 },
      },
    )
  },
  'still offers it when it is opened anew': async (bench) => {
    await withCheckpoint(bench.subject)
    const store = await bench.reopen()
    same([await waiting(store), (await begin(store)).unfinished], [[room], true])
  },
  'is done with the commit that ends the turn': async ({ subject: store }) => {
    await withCheckpoint(store)
    await commit(store, commitOf('z', { revision: 2, processed: 2, state: 'done' }))
    same([await waiting(store), (await standing(store))?.working], [[], undefined])
    await say(store, 'next')
    const { stateJson, unfinished, attempt } = await begin(store)
    same([stateJson, unfinished, attempt], ['"done"', false, 1])
  },
  'lists what waits behind the work of a checkpoint': async ({ subject: store }) => {
    await withCheckpoint(store)
    await say(store, 'more')
    same(seqs((await begin(store)).events), [4])
  },
  'goes back to what was before the checkpoint when its work fails too often': async ({ subject: store }) => {
    await withCheckpoint(store)
    await giveUp(store)
    same(await texts(store), ['hi', 'work', 'one moment', 'Sorry!'])
    same([await waiting(store), (await standing(store))?.public.value], [[], 'asleep'])
    const [letter] = (await store.deadLetters(vendor, { limit: 2 })).items
    same([letter?.about.kind === 'message' && letter.about.seq, letter?.cause], [2, 'boom'])
    await say(store, 'next')
    const { stateJson, timers, unfinished, commitId } = await begin(store, 9_000)
    same(
      { stateJson, timers, unfinished, commitId },
      {
        ...{ stateJson: '"asleep"', timers: [{ id: 'wake', due: 9_000 }], unfinished: false, commitId: null },
      },
    )
  },
  'goes back to before the first of several checkpoints': async ({ subject: store }) => {
    await withCheckpoint(store)
    await commit(store, commitOf('z', { revision: 2, processed: 2, state: 'still at work', checkpoint: true }))
    for (let i = 0; i < 4; i++) await store.begin(vendor, room, bot, 3_000)
    await say(store, 'next')
    same((await begin(store)).stateJson, '"asleep"')
  },
  'does not fire the timer again whose turn was given up after a checkpoint': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { state: 'asleep', timers: { set: [{ id: 'wake', due: 1_500 }], cancel: [] } }))
    await begin(store)
    const timers = { set: [], cancel: ['wake'] }
    await commit(store, commitOf('y', { revision: 1, state: 'at work', timers, checkpoint: true }))
    for (let i = 0; i < 4; i++) await store.begin(vendor, room, bot, 3_000)
    same(await waiting(store, { now: 4_000 }), [])
    const [letter] = (await store.deadLetters(vendor, { limit: 2 })).items
    same(letter?.about, { kind: 'timer', timer: { id: 'wake', due: 1_500 } })
  },
  'tries the work of a checkpoint afresh': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'work')
    for (let i = 0; i < 3; i++) await begin(store)
    await commit(store, commitOf('x', { processed: 1, checkpoint: true }))
    same((await begin(store)).attempt, 1)
  },
}
