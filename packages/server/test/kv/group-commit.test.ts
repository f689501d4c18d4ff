import { expect, test } from 'vitest'
import type { Change, Commit, Engine, RawEntry } from '../../src/kv/engine.js'
import { GroupCommit } from '../../src/kv/group-commit.js'
import { under } from '../../src/kv/keys.js'
import { type Key, type Range, type Table, table } from '../../src/kv/port.js'
import { SortedEntries } from '../../src/kv/sorted-entries.js'

const things = table<number>('things', { hot: true })
const log = table<number>('log', { followed: true })

/** An engine whose commits wait until the test lets them succeed or fail. */
class SlowEngine implements Engine {
  readonly #entries = new SortedEntries()
  /** How often the entries of a table were read. */
  reads = 0
  readonly commits: { changes: readonly Change[]; begun(): void; succeed(): void; fail(error: Error): void }[] = []

  constructor(private readonly beginsAtOnce = true) {}

  seal(_table: Table<unknown>, _key: Key, value: Uint8Array): Uint8Array {
    return value
  }

  commit({ take, begun }: Commit): Promise<void> {
    const changes = take()
    if (this.beginsAtOnce) begun()
    return new Promise((resolve, reject) => {
      const succeed = () => {
        for (const change of changes) this.#entries.set(change)
        resolve()
      }
      this.commits.push({ changes, begun, succeed, fail: reject })
    })
  }

  bytes(_table: Table<unknown>, key: Key): Uint8Array | undefined {
    return this.#entries.get(key)?.bytes
  }

  entries(_table: Table<unknown>, range: Range): Iterable<RawEntry> {
    this.reads++
    return this.#entries.range(range)
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const slowGroup = ({ beginsAtOnce = true } = {}) => {
  const engine = new SlowEngine(beginsAtOnce)
  return { engine, group: new GroupCommit(engine) }
}

test('what arrives during a flush shares the next one', async () => {
  const { engine, group } = slowGroup()
  const first = group.write(() => 'first')
  await nextTurn()
  const others = Array.from({ length: 20 }, (_, n) => group.write((tx) => tx.append(things, ['log'], n)))
  await nextTurn()
  expect(engine.commits).toHaveLength(1)

  engine.commits[0]?.succeed()
  expect(await first).toBe('first')
  await nextTurn()
  expect(engine.commits).toHaveLength(2)
  engine.commits[1]?.succeed()
  expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
})

test('who is on disk is told when the disk is at work on what has come since', async () => {
  const { engine, group } = slowGroup({ beginsAtOnce: false })
  const told: string[] = []
  const first = group.write(() => 'first').then((answer) => told.push(answer))
  await nextTurn()
  const second = group.write(() => 'second').then((answer) => told.push(answer))
  engine.commits[0]?.succeed()
  await nextTurn()
  expect(engine.commits).toHaveLength(2)
  expect(told).toEqual([])
  engine.commits[1]?.begun()
  await first
  expect(told).toEqual(['first'])
  engine.commits[1]?.succeed()
  await second
  expect(told).toEqual(['first', 'second'])
})

test('who is on disk is told so, also where the flush of what has come since fails before it has begun', async () => {
  const { engine, group } = slowGroup({ beginsAtOnce: false })
  const first = group.write(() => 'first')
  await nextTurn()
  const second = group.write(() => 'second')
  engine.commits[0]?.succeed()
  await nextTurn()
  engine.commits[1]?.fail(new Error('disk'))
  expect(await Promise.allSettled([first, second])).toMatchObject([{ value: 'first' }, { status: 'rejected' }])
})

test('when a flush fails, all that shared it is rejected, and what memory knew of it is gone', async () => {
  const { engine, group } = slowGroup()
  const kept = group.write((tx) => tx.append(things, ['log'], 1))
  await nextTurn()
  engine.commits[0]?.succeed()
  await kept

  const lost = [2, 3].map((n) => group.write((tx) => tx.append(things, ['log'], n)))
  const failures = Promise.allSettled(lost)
  await nextTurn()
  engine.commits[1]?.fail(new Error('disk'))
  expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected'])

  const after = group.write((tx) => [tx.get(things, ['log', 2]), tx.append(things, ['log'], 4)])
  await nextTurn()
  engine.commits[2]?.succeed()
  expect(await after).toEqual([undefined, 2])
})

test('what arrives during a flush sees what is being flushed, and falls with it', async () => {
  const { engine, group } = slowGroup()
  const first = group.write((tx) => tx.append(things, ['log'], 1))
  await nextTurn()
  const second = group.write((tx) => [tx.get(things, ['log', 1]), tx.append(things, ['log'], 2)])
  const settled = Promise.allSettled([first, second])
  engine.commits[0]?.fail(new Error('disk'))
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(engine.commits).toHaveLength(1)

  const third = group.write((tx) => [[...tx.range(things, under('log'))], tx.append(things, ['log'], 3)])
  await nextTurn()
  engine.commits[1]?.succeed()
  expect(await third).toEqual([[], 1])
})

test('ranges show what is on disk, what is being flushed and what has come since, each once and in order', async () => {
  const { engine, group } = slowGroup()
  const put = (key: string, value: number) => group.write((tx) => tx.put(things, ['log', key], value))
  const kept = Promise.all(['a', 'b', 'c', 'd'].map((key) => put(key, 1)))
  await nextTurn()
  engine.commits[0]?.succeed()
  await kept
  const flushing = [put('b', 2), put('e', 2), group.write((tx) => tx.remove(things, ['log', 'c']))]
  await nextTurn()
  const since = [put('a', 3), put('c', 3), group.write((tx) => tx.remove(things, ['log', 'd']))]
  const read = (more: Partial<Range>) =>
    group.write((tx) => [...tx.range(things, { ...under('log'), ...more })].map(({ key, value }) => [key[1], value]))
  const whole = read({})
  const newest = read({ reverse: true, limit: 2 })
  engine.commits[1]?.succeed()
  await Promise.all(flushing)
  await nextTurn()
  engine.commits[2]?.succeed()
  await Promise.all(since)
  const all = [
    ['a', 3],
    ['b', 2],
    ['c', 3],
    ['e', 2],
  ]
  expect(await whole).toEqual(all)
  expect(await newest).toEqual([all[3], all[2]])
})

test('what a transaction throws is told after the flush of what it may have seen, and its writes are taken back', async () => {
  const { engine, group } = slowGroup()
  let told = false
  const before = group.write((tx) => tx.append(things, ['log'], 1))
  const thrown = group.write((tx) => {
    tx.append(things, ['log'], 2)
    tx.put(things, ['log', 1], 9)
    throw new Error('no')
  })
  thrown.catch(() => {
    told = true
  })
  const after = group.write((tx) => [tx.get(things, ['log', 1]), tx.append(things, ['log'], 3)])
  await nextTurn()
  expect(told).toBe(false)
  engine.commits[0]?.succeed()
  await expect(thrown).rejects.toThrow('no')
  expect([await before, await after]).toEqual([1, [1, 2]])
})

test('who reads outside of a transaction sees what is on disk, also where memory knows more', async () => {
  const { engine, group } = slowGroup()
  const put = (value: number) => group.write((tx) => tx.put(things, ['hot'], value))
  const seen = () => group.get(things, ['hot'])
  const first = put(1)
  expect(seen()).toBeUndefined()
  await nextTurn()
  const second = put(2)
  expect(seen()).toBeUndefined()
  engine.commits[0]?.succeed()
  await first
  expect(seen()).toBe(1)
  await nextTurn()
  const lost = second.catch(() => 'lost')
  engine.commits[1]?.fail(new Error('disk'))
  expect(await lost).toBe('lost')
  expect(seen()).toBe(1)
})

test('who reads on from the end of a log finds what is on disk, in memory, and never what is lost', async () => {
  const { engine, group } = slowGroup()
  const append = (value: number) => group.write((tx) => tx.append(log, ['a'], value))
  const seen = (number: number) => [...group.after(log, ['a'], number)].map(({ value }) => value)
  const first = append(1)
  await nextTurn()
  const second = append(2)
  engine.reads = 0
  expect(seen(0)).toEqual([])
  engine.commits[0]?.succeed()
  await first
  expect(seen(0)).toEqual([1])
  await nextTurn()
  const third = append(3)
  engine.commits[1]?.succeed()
  await second
  expect([seen(0), seen(1)]).toEqual([[1, 2], [2]])
  expect(engine.reads).toBe(0)

  await nextTurn()
  const lost = third.catch(() => 'lost')
  engine.commits[2]?.fail(new Error('disk'))
  expect(await lost).toBe('lost')
  expect([seen(0), seen(2)]).toEqual([[1, 2], []])
})

test('changes of one entry within a group are one write', async () => {
  const { engine, group } = slowGroup()
  const writes = [1, 2, 3].map((n) => group.write((tx) => tx.put(things, ['same'], n)))
  await nextTurn()
  expect(engine.commits[0]?.changes).toHaveLength(1)
  engine.commits[0]?.succeed()
  await Promise.all(writes)
  expect(await after(engine, group)).toBe(3)
})

const after = async (engine: SlowEngine, group: GroupCommit) => {
  const read = group.write((tx) => tx.get(things, ['same']))
  await nextTurn()
  engine.commits[1]?.succeed()
  return read
}

test('closing waits for the flush that is going on', async () => {
  const { engine, group } = slowGroup()
  const steps: string[] = []
  const written = group.write(() => {}).then(() => steps.push('written'))
  await nextTurn()
  const closed = group.close().then(() => steps.push('closed'))
  engine.commits[0]?.succeed()
  await Promise.all([written, closed])
  expect(steps).toEqual(['written', 'closed'])
})
