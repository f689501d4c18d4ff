import { expect, test } from 'vitest'
import type { RawEntry, RawReader, RawWriter } from '../../src/kv/engine.js'
import { GroupCommit } from '../../src/kv/group-commit.js'
import { type Key, type Table, table } from '../../src/kv/port.js'
import { SortedEntries } from '../../src/kv/sorted-entries.js'

const things = table<number>('things', { hot: true })

/** An engine whose commits wait until the test lets them succeed or fail. */
class SlowEngine implements RawReader, RawWriter {
  #kept: RawEntry[] = []
  #written: RawEntry[] = []
  readonly commits: { succeed(): void; fail(error: Error): void }[] = []

  readonly commit = (work: () => void): Promise<void> => {
    work()
    return new Promise((resolve, reject) => {
      this.commits.push({
        succeed: () => {
          this.#kept = [...this.#kept, ...this.#written.splice(0)]
          resolve()
        },
        fail: (error) => {
          this.#written = []
          reject(error)
        },
      })
    })
  }

  bytes(_table: Table<unknown>, key: Key): Uint8Array | undefined {
    return this.#entries().get(key)?.bytes
  }

  entries(_table: Table<unknown>, range: Parameters<RawReader['entries']>[1]): Iterable<RawEntry> {
    return this.#entries().range(range)
  }

  set(_table: Table<unknown>, key: Key, bytes: Uint8Array): void {
    this.#written.push({ key, bytes })
  }

  remove(): void {}

  #entries(): SortedEntries {
    const entries = new SortedEntries()
    for (const entry of [...this.#kept, ...this.#written]) entries.set(entry)
    return entries
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const slowGroup = () => {
  const engine = new SlowEngine()
  return { engine, group: new GroupCommit(engine, engine.commit) }
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
