import { under } from '../../kv/keys.js'
import type { Partitions, SharedKeyValue } from '../../kv/port.js'
import { heardSetbacks } from './tables.js'

/**
 * Asks all partitions how often each has gone back, by what was told to them. One that knows of less was started from what is older than
 * that while nobody was there to notice: it is told. Who can't be asked now is left out, and told nothing.
 */
export const askWitnesses = async ({ all }: Partitions, { isStopped, failed }: AskTerms): Promise<void> => {
  const heard = await Promise.all(all.map((witness) => heardBy(witness).catch(failed)))
  if (isStopped()) return
  const timesOf = (at: number) => Math.max(0, ...heard.map((each) => each?.get(at) ?? 0))
  await Promise.all(
    all.map(async (partition, at) => {
      const times = timesOf(at)
      if (heard[at] && times > 0) await partition.hadGoneBack?.(times).catch(failed)
    }),
  )
}

export interface AskTerms {
  isStopped(): boolean
  failed(error: unknown): void
}

const heardBy = (witness: SharedKeyValue): Promise<ReadonlyMap<number, number>> =>
  witness.read(
    (reader) => new Map(Array.from(reader.range(heardSetbacks, under()), ({ key, value }) => [Number(key[0]), value])),
  )

/** Tells a partition that the one with this number has gone back so often. @throws StorageError */
export const tellWitness = async (witness: SharedKeyValue, at: number, times: number): Promise<void> => {
  const known = (await witness.read((reader) => reader.get(heardSetbacks, [at]))) ?? 0
  if (known >= times) return
  await witness.write((tx) => {
    if ((tx.get(heardSetbacks, [at]) ?? 0) < times) tx.put(heardSetbacks, [at], times)
  })
}
