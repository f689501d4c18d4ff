import { afterEach, describe, expect, test, vi } from 'vitest'
import { table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { RedisLink } from '../../../src/redis/link.js'
import { ManualClock } from '../../support/manual-clock.js'
import { startRedis } from '../../support/redis/index.js'
import { askRedis } from '../../support/redis/process.js'

const log = table<string>('log', { followed: true })

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A master and its replica, and a store of which nobody hears before so many have what was written. */
const open = async (replicas: number) => {
  const master = await startRedis()
  ends.push(() => master.remove())
  const replica = await startRedis({ replicaOf: master.port })
  ends.push(() => replica.remove())
  while (!/state=online/.test(await askRedis(master.port, 'info', 'replication')));
  const link = await RedisLink.open({ url: master.url, replicas, answerWithinMs: 1_000 })
  ends.push(() => link.close())
  const clock = new ManualClock()
  const kv = new RedisKeyValue({ link, partition: 0, clock })
  return { master, replica, link, clock, kv, append: (text: string) => kv.write((tx) => tx.append(log, ['a'], text)) }
}

/** What it has as the new master. */
const promoted = async (replica: { port: number; url: string }) => {
  await askRedis(replica.port, 'replicaof', 'no', 'one')
  const link = await RedisLink.open({ url: replica.url })
  ends.push(() => link.close())
  const kv = new RedisKeyValue({ link, partition: 0 })
  return kv.read((reader) => Array.from(reader.after(log, ['a'], 0), ({ value }) => value))
}

describe('where a replica has to have what is written', () => {
  test('it is there when the master dies', async () => {
    const { master, replica, append } = await open(1)
    for (let number = 1; number <= 100; number++) await append(`${number}`)
    await master.kill()
    expect(await promoted(replica)).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 1}`))
  })

  test('nobody hears of it before, what comes after it is refused, and it is written once', async () => {
    const { replica, link, append, kv } = await open(1)
    await append('first')
    const back = new Promise<void>((resolve) => void link.onBack(resolve))
    replica.pause()
    let isHeard = false
    const second = append('second').then((number) => {
      isHeard = true
      return number
    })
    // It has left.
    await new Promise(setImmediate)
    // Reading goes on.
    const read = kv.read((reader) => reader.lastNumber(log, ['b']))
    await expect(append('third')).rejects.toMatchObject({ name: 'StorageError', reason: 'away' })
    expect(await read).toBe(0)
    expect(isHeard).toBe(false)
    replica.resume()
    expect(await second).toBe(2)
    // Who was refused meanwhile is told.
    await back
    expect(await append('fourth')).toBe(3)
    expect(await kv.read((reader) => reader.lastNumber(log, ['a']))).toBe(3)
  })

  test('nobody is answered with what another one has written before, either', async () => {
    const { master, replica, append } = await open(1)
    const link = await RedisLink.open({ url: master.url, replicas: 1, answerWithinMs: 1_000 })
    ends.push(() => link.close())
    const other = new RedisKeyValue({ link, partition: 0 })
    await append('first')
    replica.pause()
    const written = append('second')
    while ((await other.read((reader) => reader.lastNumber(log, ['a']))) !== 2);
    const isTold = vi.fn()
    const found = other.write((tx) => tx.lastNumber(log, ['a'])).finally(isTold)
    // What it has asked was answered before that.
    for (const name of ['b', 'c', 'd', 'e']) await other.read((reader) => reader.lastNumber(log, [name]))
    expect(isTold).not.toHaveBeenCalled()
    replica.resume()
    expect(await found).toBe(2)
    expect(await written).toBe(2)
  })

  test('what none has got in ten seconds is told to be in doubt', async () => {
    const { replica, clock, append } = await open(1)
    replica.pause()
    const told = append('one').catch((error: unknown) => error)
    await new Promise(setImmediate)
    await expect(append('two')).rejects.toThrow()
    clock.advance(10_000)
    expect(await told).toMatchObject({ name: 'StorageError', reason: 'away' })
    expect(String(await told)).toMatch(/has written it, and 0 of 1 replicas have it.*kept is not known/)
  })
})

test('where none has to, a master that dies takes along what its replica has not got', async () => {
  const { master, replica, append } = await open(0)
  await append('first')
  while (!(await askRedis(replica.port, 'keys', '*')).includes('log'));
  await askRedis(replica.port, 'save')
  await replica.kill()
  expect(await append('second')).toBe(2)
  await master.kill()
  await replica.start()
  expect(await promoted(replica)).toEqual(['first'])
})
