import fc from 'fast-check'
import { expect, test } from 'vitest'
import { under } from '../../../src/kv/keys.js'
import { memoryKeyValue } from '../../../src/kv/memory.js'
import { type Key, type Reader, type SharedKeyValue, type Transaction, table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { ownPrefix, sharedRedis } from '../../support/redis/index.js'

const things = table<number>('things')
const hot = table<number>('hot', { hot: true })
const rare = table<number>('rare', { seldom: true })
const log = table<number>('log', { followed: true })

const redis = sharedRedis()

/** Processes, each with a link and a memory of its own, over the same data. */
const processes = async (count: number): Promise<SharedKeyValue[]> => {
  const prefix = ownPrefix()
  const links = await Promise.all(Array.from({ length: count }, () => redis.link({ prefix })))
  return links.map((link) => new RedisKeyValue({ link, partition: 0 }))
}

const counted = 50

test('what several processes count is counted once each', async () => {
  const all = await processes(4)
  const count = (tx: Transaction) => {
    for (const of of [things, hot, rare]) tx.put(of, ['count'], (tx.get(of, ['count']) ?? 0) + 1)
  }
  await Promise.all(all.flatMap((kv) => Array.from({ length: counted }, () => kv.write(count))))
  for (const kv of all)
    expect(
      await kv.read((reader) => [
        reader.get(things, ['count']),
        reader.get(hot, ['count']),
        reader.get(rare, ['count']),
      ]),
    ).toEqual([200, 200, 200])
})

test('what is taken not to be there is found where it is, and decides nothing where it is not', async () => {
  const [one, two] = (await processes(2)) as [SharedKeyValue, SharedKeyValue]
  expect(await two.read((reader) => reader.get(rare, ['a']) ?? 'none')).toBe('none')
  await one.write((tx) => tx.put(rare, ['a'], 1))
  expect(await two.read((reader) => reader.get(rare, ['a']) ?? 'none')).toBe(1)
  await one.write((tx) => tx.put(rare, ['b'], 1))
  const isFirst = await two.write((tx) => {
    if (tx.get(rare, ['b']) !== undefined) return false
    tx.put(rare, ['b'], 2)
    return true
  })
  expect([isFirst, await one.read((reader) => reader.get(rare, ['b']))]).toEqual([false, 1])
})

test('who reads gets on while others write without a pause', async () => {
  const [one, two] = (await processes(2)) as [SharedKeyValue, SharedKeyValue]
  let isOver = false
  const writing = (async () => {
    while (!isOver) await Promise.all(Array.from({ length: 5 }, (_, i) => two.write((tx) => tx.append(log, ['a'], i))))
  })()
  let cursor = 0
  while (cursor < 500) {
    const from = cursor
    const found = await one.read((reader) => Array.from(reader.after(log, ['a'], from, 50), ({ number }) => number))
    expect(found).toEqual(Array.from(found, (_, i) => from + 1 + i))
    cursor += found.length
  }
  isOver = true
  await writing
})

test('who reads sees what was acknowledged before, to whomever, also while its own process writes it', async () => {
  const [one, two] = (await processes(2)) as [SharedKeyValue, SharedKeyValue]
  let most = 0
  const count = async (kv: SharedKeyValue) => {
    const counted = await kv.write((tx) => {
      const next = (tx.get(things, ['count']) ?? 0) + 1
      tx.put(things, ['count'], next)
      return next
    })
    most = Math.max(most, counted)
  }
  let isOver = false
  const writing = [one, two].map(async (kv) => {
    while (!isOver) await count(kv)
  })
  for (let round = 0; round < 300; round++) {
    const least = most
    expect(await one.read((reader) => reader.get(things, ['count']) ?? 0)).toBeGreaterThanOrEqual(least)
  }
  isOver = true
  await Promise.all(writing)
})

test('what several processes append is numbered without a hole, and each number is given once', async () => {
  const all = await processes(4)
  const numbers = await Promise.all(
    all.flatMap((kv, i) => Array.from({ length: counted }, () => kv.write((tx) => tx.append(log, ['a'], i)))),
  )
  const each = Array.from({ length: numbers.length }, (_, i) => i + 1)
  expect(numbers.toSorted((a, b) => a - b)).toEqual(each)
  for (const kv of all)
    expect(await kv.read((reader) => [...reader.after(log, ['a'], 0)].map(({ number }) => number))).toEqual(each)
})

test('of several processes that put a first entry where there is none, one does', async () => {
  const all = await processes(3)
  for (let round = 0; round < 20; round++) {
    const won = await Promise.all(
      all.map((kv, i) =>
        kv.write((tx) => {
          if ([...tx.range(things, under(round))].length > 0) return false
          tx.put(things, [round, i], i)
          return true
        }),
      ),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
  }
})

test('what is read is of one moment, whoever writes meanwhile', async () => {
  const [writer, reader] = (await processes(2)) as [SharedKeyValue, SharedKeyValue]
  const move = (tx: Transaction) => {
    const left = tx.get(things, ['left']) ?? 0
    tx.put(things, ['left'], left - 1)
    tx.put(things, ['right'], 1 - left)
    tx.append(log, ['moves'], left - 1)
  }
  let isOver = false
  const moving = (async () => {
    for (let i = 0; i < 200; i++) await writer.write(move)
    isOver = true
  })()
  while (!isOver) {
    const { left, right, moves, last } = await reader.read((view) => {
      const left = view.get(things, ['left']) ?? 0
      const moves = view.lastNumber(log, ['moves'])
      // What it asks for follows from what it has read.
      const last = view.get(log, ['moves', moves]) ?? 0
      const [right] = [...view.range(things, under('right'))]
      return { left, right: right?.value ?? 0, moves, last }
    })
    expect([right, moves, last]).toEqual([0 - left, 0 - left, left])
  }
  await moving
})

const name = fc.constantFrom('a', 'b')
const place = fc.nat(5)
type Step = (tx: Transaction) => unknown

const keysUnder = (reader: Reader, prefix: string, reverse: boolean): (Key | number)[] =>
  [...reader.range(things, { ...under(prefix), reverse, limit: 3 })].flatMap(({ key, value }) => [key, value])

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, place, fc.nat()).map(
    ([of, at, value]): Step =>
      (tx) =>
        tx.put(things, [of, at], value),
  ),
  fc.tuple(name, place).map(
    ([of, at]): Step =>
      (tx) =>
        tx.remove(things, [of, at]),
  ),
  fc.tuple(name, place, fc.nat()).map(
    ([of, at, value]): Step =>
      (tx) =>
        tx.put(hot, [of, at], value),
  ),
  fc.tuple(name, place).map(
    ([of, at]): Step =>
      (tx) => [tx.get(things, [of, at]), tx.get(hot, [of, at])],
  ),
  fc.tuple(name, fc.boolean()).map(
    ([of, reverse]): Step =>
      (tx) =>
        keysUnder(tx, of, reverse),
  ),
  fc.tuple(name, fc.nat()).map(
    ([of, value]): Step =>
      (tx) =>
        tx.append(log, [of], value),
  ),
  fc.tuple(name, place).map(
    ([of, from]): Step =>
      (tx) => [...tx.after(log, [of], from, 3)],
  ),
  fc.tuple(name, fc.boolean()).map(
    ([of, reverse]): Step =>
      (tx) => [...tx.range(log, { ...under(of), reverse, limit: 2 })],
  ),
  fc.tuple(name, place).map(
    ([of, back]): Step =>
      (tx) => {
        const number = tx.lastNumber(log, [of]) - 1 - back
        if (number > 0) tx.remove(log, [of, number])
        return number
      },
  ),
  name.map(
    (of): Step =>
      (tx) => {
        const number = tx.lastNumber(log, [of])
        if (number > 0) tx.put(log, [of, number], -1)
      },
  ),
)

test('transactions of two processes, one after the other, do what they do in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(1), fc.array(step, { maxLength: 6 })), { maxLength: 12 }),
      async (all) => {
        const shared = (await processes(2)) as [SharedKeyValue, SharedKeyValue]
        const memory = memoryKeyValue()
        for (const [of, steps] of all) {
          const run = (tx: Transaction) => steps.map((each) => each(tx))
          expect(await (shared[of] as SharedKeyValue).write(run)).toEqual(await memory.write(run))
        }
      },
    ),
    { numRuns: 60 },
  )
})
