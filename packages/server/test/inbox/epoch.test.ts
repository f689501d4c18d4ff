import { expect, test } from 'vitest'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { memoryKeyValue } from '../../src/kv/memory.js'

const epochOf = async (kv = memoryKeyValue(), random = Math.random): Promise<number> =>
  (await (await EmbeddedInbox.open({ kv, random })).head('acme', 'ana')).epoch

test('an empty store has an epoch of its own, of at most 15 digits', async () => {
  expect(await epochOf()).not.toBe(await epochOf())
  expect(String(await epochOf(memoryKeyValue(), () => 1 - Number.EPSILON)).length).toBeLessThanOrEqual(15)
  expect(await epochOf(memoryKeyValue(), () => 0)).toBe(1)
})

test('a store keeps its epoch when it is opened anew', async () => {
  const kv = memoryKeyValue()
  expect(await epochOf(kv)).toBe(await epochOf(kv))
})
