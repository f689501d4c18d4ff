import { afterEach, expect, test } from 'vitest'
import { type SharedKeyValue, type Transaction, table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { RedisLink } from '../../../src/redis/link.js'
import { startRedis } from '../../support/redis/index.js'

const things = table<number | string>('things')
const log = table<string>('log', { followed: true })

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const open = async (settings: Parameters<typeof startRedis>[0] = {}, answerWithinMs = 5_000) => {
  const redis = await startRedis(settings)
  ends.push(() => redis.remove())
  const link = await RedisLink.open({ url: redis.url, answerWithinMs })
  ends.push(() => link.close())
  return { redis, link, kv: new RedisKeyValue({ link, partition: 0 }) as SharedKeyValue }
}

const back = (link: RedisLink): Promise<void> =>
  link.isUp ? Promise.resolve() : new Promise((resolve) => void link.onBack(resolve))

test('a write whose answer is lost is done once', async () => {
  const { redis, kv, link } = await open({}, 300)
  const count = (tx: Transaction) => {
    tx.put(things, ['count'], ((tx.get(things, ['count']) as number) ?? 0) + 1)
    return tx.append(log, ['a'], 'x')
  }
  expect(await kv.write(count)).toBe(1)
  redis.pause()
  const written = kv.write(count)
  // It is asked again when the connection was given up: what was asked first lies in the sockets of the one that stands still.
  while (link.isUp) await new Promise(setImmediate)
  redis.resume()
  expect(await written).toBe(2)
  expect(await kv.read((reader) => [reader.get(things, ['count']), reader.lastNumber(log, ['a'])])).toEqual([2, 2])
})

test('what is asked while Redis is away is refused at once, and nothing of it is kept', async () => {
  const { redis, kv, link } = await open({ appendOnly: true })
  await kv.write((tx) => tx.put(things, ['a'], 1))
  await redis.kill()
  while (link.isUp) await new Promise(setImmediate)
  await expect(kv.write((tx) => tx.put(things, ['a'], 2))).rejects.toMatchObject({
    name: 'StorageError',
    reason: 'away',
  })
  await expect(kv.read((reader) => reader.get(things, ['b']))).rejects.toMatchObject({ reason: 'away' })
  await redis.start()
  await back(link)
  expect(await kv.read((reader) => reader.get(things, ['a']))).toBe(1)
  await kv.write((tx) => tx.put(things, ['a'], 3))
  expect(await kv.read((reader) => reader.get(things, ['a']))).toBe(3)
})

test.each(['always', 'everysec', 'no'] as const)(
  'what was written survives the death of a Redis that appends to a file: appendfsync %s',
  async (appendFsync) => {
    const { redis, kv, link } = await open({ appendFsync })
    for (let number = 1; number <= 100; number++) await kv.write((tx) => tx.append(log, ['a'], `${number}`))
    await redis.kill()
    await redis.start()
    await back(link)
    expect(await kv.read((reader) => reader.lastNumber(log, ['a']))).toBe(100)
  },
)

test('a Redis that comes back without what it had is believed', async () => {
  const { redis, kv, link } = await open()
  await kv.write((tx) => [tx.put(things, ['a'], 1), tx.append(log, ['a'], 'x')])
  await redis.kill()
  await redis.start()
  await back(link)
  const write = () => kv.write((tx) => [tx.get(things, ['a']), tx.append(log, ['a'], 'y')])
  // Who was there before asked for it on what was known.
  await write().catch((error) => expect(error).toMatchObject({ reason: 'away', inDoubt: false }))
  expect(await write()).toEqual([undefined, 1])
})

test('a full Redis refuses what is written, is read on, and takes more when there is room again', async () => {
  const { kv, link } = await open()
  await kv.write((tx) => tx.put(things, ['kept'], 1))
  await link.call('config', 'set', 'maxmemory', 1)
  const refused = { name: 'StorageError', reason: 'full' }
  await expect(kv.write((tx) => tx.append(log, ['a'], 'no'))).rejects.toMatchObject(refused)
  expect(await kv.read((reader) => [reader.get(things, ['kept']), reader.lastNumber(log, ['a'])])).toEqual([1, 0])
  await link.call('config', 'set', 'maxmemory', 0)
  expect(await kv.write((tx) => tx.append(log, ['a'], 'yes'))).toBe(1)
})

test('a key of another type is a mistake that is told, and nothing is written', async () => {
  const { kv, link } = await open()
  await link.call('set', 'daakia:{0}:keys:things', 'not an order')
  await expect(
    kv.write((tx) => {
      tx.append(log, ['a'], 'no')
      tx.put(things, ['a'], 1)
    }),
  ).rejects.toThrow(/WRONGTYPE/)
  expect(await kv.read((reader) => reader.lastNumber(log, ['a']))).toBe(0)
})
