import { expect, test } from 'vitest'
import { RedisKeyValue } from '../../src/kv/redis/key-value.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { ManualClock } from '../support/manual-clock.js'
import { ownPrefix, sharedRedis } from '../support/redis/index.js'
import { rememberPartition } from '../support/redis/set-back.js'

const redis = sharedRedis()

const open = async () => {
  const link = await redis.link({ prefix: ownPrefix() })
  const clock = new ManualClock()
  const store = new EmbeddedStore({ kv: new RedisKeyValue({ link, partition: 0, clock }), clock, shared: true })
  await store.conversation('shop', 'team', { members: ['ana'], at: 500 })
  const say = (id: string) =>
    store.append('shop', 'team', { from: 'ana', id, at: 1_000, type: 'text', payload: new Uint8Array() })
  return { clock, say, remember: () => rememberPartition(link, 0) }
}

test('in a store that is not divided, whether what was kept still is, is looked at a second after it was written', async () => {
  const { clock, say, remember } = await open()
  const bringBack = await remember()
  const lost = await say('lost')
  const again = await say('lost')
  expect(again.duplicate).toBe(true)
  expect([lost.isStillKept?.(), again.isStillKept?.()]).toEqual([true, true])
  await bringBack()
  clock.advance(1_000)
  expect(await Promise.all([lost.isStillKept?.(), again.isStillKept?.()])).toEqual([false, false])
})

test('in a store that is not divided, one look is one for all that was found kept before', async () => {
  const { clock, say } = await open()
  const [first, ...others] = await Promise.all(['a', 'b', 'c'].map(say))
  clock.advance(1_000)
  expect(await first?.isStillKept?.()).toBe(true)
  expect(others.map(({ isStillKept }) => isStillKept?.())).toEqual([true, true])
})
