import { expect, test } from 'vitest'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { lookAtWork } from '../../src/persistence/begin.js'
import { putState, stateJsonOf, stateOf } from '../../src/persistence/states.js'
import { bots, conversations, journal, states } from '../../src/persistence/tables.js'

const seat = { vendor: 'acme', conversation: 'ana~shop', bot: 'shop' }
const key = ['acme', 'ana~shop', 'shop']

test.each([[{ n: [1, 'é😀', null, { deep: true }] }], ['a text'], [''], [0], [false], [null], ['\ud800']])(
  'a state is given back as it was stored: %j',
  async (state) => {
    const kv = memoryKeyValue()
    await kv.write((tx) => putState(tx, seat, state))
    expect(stateOf(kv, seat)).toEqual(state)
    expect(stateJsonOf(kv, seat)).toBe(JSON.stringify(state))
  },
)

test('where nothing was stored, the state is null', () => {
  const kv = memoryKeyValue()
  expect([stateOf(kv, seat), stateJsonOf(kv, seat)]).toEqual([null, 'null'])
})

test('what an earlier version has stored is a state as well', async () => {
  const kv = memoryKeyValue()
  await kv.write((tx) => {
    tx.put(conversations, ['acme', 'ana~shop'], { members: ['ana', 'shop'], createdAt: 1 })
    tx.put(bots, ['acme', 'shop'], {})
    tx.append(journal, ['acme', 'ana~shop'], ['ana', 'a', 1, 'text', new Uint8Array(), [1]])
    tx.put(states, key, { at: 'desk' })
  })
  expect(lookAtWork(kv, seat, 2_000)?.stateJson).toBe('{"at":"desk"}')
  expect(stateOf(kv, seat)).toEqual({ at: 'desk' })
})
