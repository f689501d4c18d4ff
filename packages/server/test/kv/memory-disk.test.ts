import { expect, test } from 'vitest'
import { memoryDisk } from '../../src/kv/memory.js'
import { table } from '../../src/kv/port.js'

const things = table<number>('things')
const others = table<number>('others')

/** A disk whose flushes wait for the test. */
const slowDisk = () => {
  const disk = memoryDisk()
  const flushes: { tables: readonly string[]; go(): void }[] = []
  const flushing = (tables: ReadonlySet<string>) =>
    new Promise<void>((resolve) => flushes.push({ tables: [...tables], go: resolve }))
  return { disk, flushes, kv: disk.open({ flushing }) }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what is written is seen by transactions at once, and by others after the flush, which names what it changes', async () => {
  const { kv, flushes } = slowDisk()
  let settled = false
  const written = kv.write((tx) => {
    tx.put(things, ['a'], 1)
    tx.put(others, ['a'], 2)
  })
  const seen = kv.write((tx) => tx.get(things, ['a']))
  void written.then(() => {
    settled = true
  })
  await nextTurn()
  expect(flushes.map(({ tables }) => tables)).toEqual([['things', 'others']])
  expect([settled, kv.get(things, ['a'])]).toEqual([false, undefined])
  flushes[0]?.go()
  await written
  expect([await seen, kv.get(things, ['a'])]).toEqual([1, 1])
})

test('those of one flush are told while the next one is withheld', async () => {
  const { kv, flushes } = slowDisk()
  const first = kv.write((tx) => tx.put(things, ['a'], 1))
  await nextTurn()
  void kv.write((tx) => tx.put(things, ['b'], 2))
  flushes[0]?.go()
  await first
  expect(kv.get(things, ['b'])).toBeUndefined()
})

test('who opens it finds what was flushed, and nothing else of who had it before', async () => {
  const { disk, kv, flushes } = slowDisk()
  const kept = kv.write((tx) => tx.append(things, ['log'], 1))
  await nextTurn()
  flushes[0]?.go()
  await kept
  let told = false
  const tell = () => {
    told = true
  }
  void kv.write((tx) => tx.append(things, ['log'], 2)).then(tell, tell)
  await nextTurn()

  const next = disk.open()
  flushes[1]?.go()
  void kv.write((tx) => tx.append(things, ['log'], 3)).then(tell, tell)
  await nextTurn()
  expect(next.get(things, ['log', 2])).toBeUndefined()
  expect(await next.write((tx) => tx.append(things, ['log'], 4))).toBe(2)
  expect([told, next.get(things, ['log', 2])]).toEqual([false, 4])
})
