import assert from 'node:assert/strict'
import { above, under } from '../kv/keys.js'
import { type Key, type KeyValue, type Reader, type SharedKeyValue, table } from '../kv/port.js'
import { appending, appendingAtOnce } from './appending.js'
import { type Behaviours, type Bench, type ContractKit, contract, same } from './kit.js'

const things = table<unknown>('things')
const others = table<unknown>('others')
const hot = table<unknown>('hot', { hot: true })

const keysIn = (reader: Reader, range: Parameters<Reader['range']>[1]): Key[] =>
  [...reader.range(things, range)].map(({ key }) => key)

const keysOf = (kv: SharedKeyValue, range: Parameters<Reader['range']>[1]): Promise<Key[]> =>
  kv.read((reader) => keysIn(reader, range))

const valueIn = (kv: SharedKeyValue, of: typeof things, key: Key): Promise<unknown> =>
  kv.read((reader) => reader.get(of, key))

const fill = (kv: SharedKeyValue, keys: readonly Key[]): Promise<void> =>
  kv.write((tx) => {
    for (const key of keys) tx.put(things, key, true)
  })

const ordered: readonly Key[] = [
  [0],
  [1],
  [1, 'a'],
  [2],
  [10],
  [2 ** 40],
  [''],
  ['', 1],
  ['a'],
  ['a', 1],
  ['a', 2],
  ['a', 10],
  ['a', 'a'],
  ['a~b'],
  ['b'],
  ['\uffee'],
  ['\u{1f600}'],
]

const reading: Behaviours<Bench<SharedKeyValue>> = {
  'gives back what was put, bytes and nesting included': async ({ subject: kv }) => {
    const value = { text: 'é', number: 1.5, large: 2 ** 45, none: null, list: [1, [true]], bytes: Uint8Array.of(1, 2) }
    await kv.write((tx) => tx.put(things, ['a'], value))
    same(await valueIn(kv, things, ['a']), value)
  },
  'answers undefined for a key that is not there': async ({ subject: kv }) => {
    same(await valueIn(kv, things, ['a']), undefined)
  },
  'keeps tables apart': async ({ subject: kv }) => {
    await kv.write((tx) => tx.put(things, ['a'], 1))
    same(await valueIn(kv, others, ['a']), undefined)
    same(await kv.read((reader) => [...reader.range(others, under())]), [])
  },
  'orders keys by element: numbers by value, then text by code point, a prefix first': async ({ subject: kv }) => {
    await fill(kv, [...ordered].reverse())
    same(await keysOf(kv, under()), ordered)
    same(await keysOf(kv, { ...under(), reverse: true }), [...ordered].reverse())
  },
  'tells keys apart that look alike, before and after they are on disk': async ({ subject: kv }) => {
    const alike: readonly Key[] = [
      [5],
      ['5'],
      ['5', 5],
      [5, '5'],
      ['a', 'b'],
      ['a\0b'],
      ['a\0\u0001b'],
      ['a\0', 'b'],
      ['a', '\0b'],
      ['a', '\u0001b'],
      [''],
      ['\0'],
      ['', ''],
      ['\0\0'],
    ]
    const valuesOf = (reader: Reader, of: typeof things) => alike.map((key) => reader.get(of, key))
    const each = alike.map((_, i) => i)
    for (const of of [things, hot]) {
      await kv.write((tx) => {
        for (const [i, key] of alike.entries()) tx.put(of, key, i)
        same(valuesOf(tx, of), each)
      })
      same(await kv.read((reader) => valuesOf(reader, of)), each)
    }
  },
  'gives the keys from the first, inclusive, to the end, exclusive': async ({ subject: kv }) => {
    await fill(kv, ordered)
    same(await keysOf(kv, { from: ['a', 1], to: ['a', 10] }), [
      ['a', 1],
      ['a', 2],
    ])
    same(await keysOf(kv, { from: ['a', 1], to: ['a', 10], reverse: true }), [
      ['a', 2],
      ['a', 1],
    ])
  },
  'gives the keys under a prefix, and those above a number': async ({ subject: kv }) => {
    await fill(kv, ordered)
    same(await keysOf(kv, under('a')), [['a'], ['a', 1], ['a', 2], ['a', 10], ['a', 'a']])
    same(await keysOf(kv, above(1, 'a')), [
      ['a', 2],
      ['a', 10],
      ['a', 'a'],
    ])
  },
  'stops at the limit, from either end': async ({ subject: kv }) => {
    await fill(kv, ordered)
    same(await keysOf(kv, { ...under('a'), limit: 2 }), [['a'], ['a', 1]])
    same(await keysOf(kv, { ...under('a'), limit: 1, reverse: true }), [['a', 'a']])
    same(await keysOf(kv, { ...under('a'), limit: 0 }), [])
  },
}

const readingOutside: Behaviours<Bench<SharedKeyValue>> = {
  'answers what a read makes of what it sees, and rejects with what it throws': async ({ subject: kv }) => {
    await fill(kv, [['a'], ['b']])
    same(await kv.read((reader) => [reader.get(things, ['a']), keysIn(reader, under()).length]), [true, 2])
    await assert.rejects(
      kv.read(() => {
        throw new Error('no')
      }),
      /^Error: no$/,
    )
  },
  'shows outside what is written as soon as its writer is told': async ({ subject: kv }) => {
    for (let count = 1; count <= 20; count++) {
      await kv.write((tx) => tx.put(things, ['a'], count))
      same(await valueIn(kv, things, ['a']), count)
    }
  },
}

const writing: Behaviours<Bench<SharedKeyValue>> = {
  'keeps a copy: what the writer changes afterwards stays out': async ({ subject: kv }) => {
    const value = { list: [1] }
    await kv.write((tx) => {
      tx.put(things, ['a'], value)
      value.list.push(2)
    })
    same(await valueIn(kv, things, ['a']), { list: [1] })
  },
  'lets a transaction see its own writes': async ({ subject: kv }) => {
    await fill(kv, [['a'], ['b'], ['c']])
    await kv.write((tx) => {
      tx.remove(things, ['b'])
      tx.put(things, ['aa'], 1)
      tx.put(things, ['c'], 'changed')
      same(tx.get(things, ['b']), undefined)
      same(tx.get(things, ['c']), 'changed')
      same(keysIn(tx, under()), [['a'], ['aa'], ['c']])
      same(keysIn(tx, { ...under(), reverse: true, limit: 2 }), [['c'], ['aa']])
      same(keysIn(tx, { from: ['aa'], to: ['c'] }), [['aa']])
    })
    same(await keysOf(kv, under()), [['a'], ['aa'], ['c']])
  },
  'lets a transaction see those that came before it, flushed or not': async ({ subject: kv }) => {
    const counting = Array.from({ length: 50 }, () =>
      kv.write((tx) => {
        const count = ((tx.get(hot, ['count']) as number | undefined) ?? 0) + 1
        tx.put(hot, ['count'], count)
        return count
      }),
    )
    same(
      await Promise.all(counting),
      Array.from({ length: 50 }, (_, i) => i + 1),
    )
  },
  'keeps nothing of a transaction that throws, and all of its neighbours': async ({ subject: kv }) => {
    const before = kv.write((tx) => tx.put(things, ['before'], 1))
    const broken = kv.write((tx) => {
      tx.put(things, ['broken'], 1)
      tx.put(hot, ['broken'], 1)
      tx.append(others, ['log'], 1)
      throw new Error('no')
    })
    const after = kv.write((tx) => [tx.get(things, ['broken']), tx.get(hot, ['broken']), tx.append(others, ['log'], 2)])
    await assert.rejects(broken, /^Error: no$/)
    await before
    same(await after, [undefined, undefined, 1])
    same(await keysOf(kv, under()), [['before']])
  },
  'resolves in the order of the transactions': async ({ subject: kv }) => {
    const order: number[] = []
    await Promise.all([1, 2, 3].map((n) => kv.write(() => n).then((done) => order.push(done))))
    same(order, [1, 2, 3])
  },
  'refuses a key that is too long, and keeps the rest': async ({ subject: kv }) => {
    await assert.rejects(
      kv.write((tx) => tx.put(things, ['x'.repeat(5_000)], 1)),
      RangeError,
    )
    await fill(kv, [['a']])
    same(await keysOf(kv, under()), [['a']])
  },
  'settles what it has taken before it is closed, and refuses what comes later': async ({ subject: kv }) => {
    let settled = false
    const taken = fill(kv, [['a']]).then(() => {
      settled = true
    })
    await kv.close()
    same(settled, true)
    await taken
    await assert.rejects(fill(kv, [['b']]), { name: 'StorageError', reason: 'closed' })
  },
}

const atOnce: Behaviours<Bench<KeyValue>> = {
  'shows outside only what was flushed': async ({ subject: kv }) => {
    const written = kv.write((tx) => tx.put(things, ['a'], 1))
    same(kv.get(things, ['a']), undefined)
    await written
    same(kv.get(things, ['a']), 1)
  },
}

/** What every key-value engine does, whoever else writes to the same data. */
export const sharedKeyValueContract = (kit: ContractKit, open: () => Promise<Bench<SharedKeyValue>>): void =>
  contract(kit, 'SharedKeyValue', open, { ...reading, ...readingOutside, ...writing, ...appending })

/** What an engine of this process does besides, which is read at once. */
export const keyValueContract = (kit: ContractKit, open: () => Promise<Bench<KeyValue>>): void => {
  sharedKeyValueContract(kit, open)
  contract(kit, 'KeyValue', open, { ...atOnce, ...appendingAtOnce })
}
