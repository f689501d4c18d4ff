import { expect, test } from 'vitest'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import type { Outcome } from '../../src/persistence/port.js'
import { withWrite } from '../support/with-write.js'

const [vendor, room, bot] = ['acme', 'ana~shop', 'shop']

const message = (id: string) => ({ from: 'ana', id, at: 1, type: 'text', payload: new Uint8Array() })

const committed = (revision: number, processed: number, keep = false): Outcome => ({
  ...{ kind: 'committed', commitId: `c${revision}`, revision, processed, state: {}, messages: [], keep },
  ...{ timers: { set: [], cancel: [] }, public: { value: null, tags: [], accepts: [] } },
})

/** A store and how many transactions it has asked for. */
const counted = (inner: KeyValue) => {
  let writes = 0
  const kv = withWrite(inner, (work, flushed) => {
    writes++
    return inner.write(work, flushed)
  })
  const store = new EmbeddedStore({ kv })
  const begin = async () => {
    const before = writes
    const work = await store.begin(vendor, room, bot, 1)
    return { attempt: work?.attempt, writes: writes - before }
  }
  return { store, begin, say: (id: string) => store.append(vendor, room, message(id)) }
}

const opened = async () => {
  const kv = memoryKeyValue()
  const house = counted(kv)
  await house.store.conversation(vendor, room, { members: ['ana', 'shop'], at: 1 })
  await house.store.enlist(vendor, bot, {})
  return { kv, ...house }
}

test('a first try at what has just come costs no write, and one after it is counted with it', async () => {
  const { begin, say } = await opened()
  await say('a')
  expect(await begin()).toEqual({ attempt: 1, writes: 0 })
  expect(await begin()).toEqual({ attempt: 2, writes: 1 })
  expect(await begin()).toEqual({ attempt: 3, writes: 1 })
})

test('a try at what waited when the process began is counted on the disk', async () => {
  const before = await opened()
  await before.say('a')
  expect(await before.begin()).toEqual({ attempt: 1, writes: 0 })
  for (const attempt of [1, 2, 3]) expect(await counted(before.kv).begin()).toEqual({ attempt, writes: 1 })
  expect(await counted(before.kv).begin()).toEqual({ attempt: undefined, writes: 1 })
})

test('a try that has failed is remembered, although its beginning was not', async () => {
  const { begin, say, store } = await opened()
  await say('a')
  await begin()
  await store.commit(vendor, room, bot, 1, { kind: 'failed', revision: 0, cause: 'boom' })
  expect(await begin()).toEqual({ attempt: 2, writes: 1 })
})

test('a turn that goes on counts its next first try in memory, and one that checkpoints does not', async () => {
  const { begin, say, store } = await opened()
  for (const id of ['a', 'b', 'c']) await say(id)
  await begin()
  await store.commit(vendor, room, bot, 1, committed(0, 1, true))
  expect(await begin()).toEqual({ attempt: 2, writes: 1 })
  await store.commit(vendor, room, bot, 1, committed(1, 2))
  expect((await begin()).attempt).toBe(1)
  await store.commit(vendor, room, bot, 1, committed(2, 2))
  expect((await begin()).attempt).toBe(2)
})

test('what comes after everything was handled is tried without a write again', async () => {
  const { begin, say, store } = await opened()
  await say('a')
  await begin()
  await store.commit(vendor, room, bot, 1, committed(0, 1))
  await say('b')
  expect(await begin()).toEqual({ attempt: 1, writes: 0 })
})
