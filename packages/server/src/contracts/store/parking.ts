import type { Store } from '../../persistence/port.js'
import { type Behaviours, same } from '../kit.js'
import { begin, bot, commit, commitOf, room, type StoreBench, say, vendor, waiting, withBot } from './fixtures.js'

const withParkedState = async (store: Store): Promise<void> => {
  await withBot(store)
  await say(store, 'a')
  await commit(store, commitOf('x', { processed: 1, state: { old: true } }))
  await say(store, 'b')
  await commit(store, { kind: 'parked', revision: 1, reason: 'the state does not fit' })
}

const parkedBecause = async (store: Store) => (await store.conversation(vendor, room))?.bots[0]?.parked

export const parkingBehaviours: Behaviours<StoreBench> = {
  'does not offer a parked state to the version that could not restore it': async ({ subject: store }) => {
    await withParkedState(store)
    same(await waiting(store), [])
    same(await waiting(store, { version: '1' }), [])
    same(await store.begin(vendor, room, bot, 2_000), undefined)
    same(await parkedBecause(store), 'the state does not fit')
  },
  'offers it, whole, when another version is enlisted': async ({ subject: store }) => {
    await withParkedState(store)
    await store.enlist(vendor, bot, { version: '2' })
    same(await waiting(store), [room])
    const { state, attempt, revision } = await begin(store)
    same({ state, attempt, revision }, { state: { old: true }, attempt: 1, revision: 1 })
  },
  'offers it to another version that asks, while the old one is enlisted too': async ({ subject: store }) => {
    await withParkedState(store)
    same(await waiting(store, { version: '2' }), [room])
    same((await store.begin(vendor, room, bot, 2_000, { version: '2' }))?.revision, 1)
    same(await waiting(store, { version: '1' }), [])
  },
  'is parked no more after a commit': async ({ subject: store }) => {
    await withParkedState(store)
    await store.enlist(vendor, bot, { version: '2' })
    await commit(store, commitOf('y', { revision: 1, processed: 2 }))
    same(await parkedBecause(store), undefined)
    await store.enlist(vendor, bot, { version: '1' })
    await say(store, 'c')
    same(await waiting(store), [room])
  },
  'stays parked when it is opened anew': async (bench) => {
    await withParkedState(bench.subject)
    const store = await bench.reopen()
    same(await waiting(store), [])
    same(await parkedBecause(store), 'the state does not fit')
  },
}
