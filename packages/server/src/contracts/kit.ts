import assert from 'node:assert/strict'

/** The two functions that a contract needs of a test runner; those of vitest, `node:test` and Jest fit. */
export interface ContractKit {
  describe(name: string, body: () => void): void
  test(name: string, body: () => Promise<void>): void
}

/** An implementation under test, empty when it is opened. */
export interface Bench<T> {
  subject: T
  close(): Promise<void>
}

/** One whose data outlives it. */
export interface DurableBench<T> extends Bench<T> {
  /** Ends the subject and opens its data anew, as after a restart. */
  reopen(): Promise<T>
}

/** Names of behaviours, each with its proof. */
export type Behaviours<B> = Record<string, (bench: B) => Promise<void>>

/** Registers a test for each behaviour, on a bench of its own. */
export const contract = <B extends Bench<unknown>>(
  kit: ContractKit,
  name: string,
  open: () => Promise<B>,
  behaviours: Behaviours<B>,
): void =>
  kit.describe(name, () => {
    for (const [sentence, prove] of Object.entries(behaviours)) kit.test(sentence, () => onBench(open, prove))
  })

const onBench = async <B extends Bench<unknown>>(open: () => Promise<B>, prove: (bench: B) => Promise<void>) => {
  const bench = await open()
  try {
    await prove(bench)
  } finally {
    await bench.close()
  }
}

/** Fails unless both are the same plain data; any kind of byte array is as good as another. */
export const same = (actual: unknown, expected: unknown, message?: string): void =>
  assert.deepEqual(plain(actual), plain(expected), message)

export const holds = (condition: unknown, message: string): void => assert.ok(condition, message)

/** Fails unless the promise rejects with an error of this name. */
export const rejectsWith = (promise: Promise<unknown>, name: string): Promise<void> => assert.rejects(promise, { name })

const patienceMs = 5_000

/** Reads until it is what is expected: a projection may lag. Fails with what it is when patience has run out. */
export const eventually = async (read: () => Promise<unknown>, expected: unknown): Promise<void> => {
  for (const end = Date.now() + patienceMs; Date.now() < end; await new Promise(setImmediate))
    if (isSame(await read(), expected)) return
  same(await read(), expected)
}

const isSame = (actual: unknown, expected: unknown): boolean => {
  try {
    same(actual, expected)
    return true
  } catch {
    return false
  }
}

const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
