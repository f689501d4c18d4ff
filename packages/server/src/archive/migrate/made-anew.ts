import { epochs as leaseEpochs } from '../../backend/tables.js'
import type { RoutedMessage } from '../../broker/port.js'
import { retained, retainedLoads } from '../../broker/retained-table.js'
import { boundedName } from '../../kv/bounded-name.js'
import { incarnations } from '../../kv/incarnations.js'
import { under } from '../../kv/keys.js'
import type { Key, SharedKeyValue } from '../../kv/port.js'
import { restores } from '../../kv/restores.js'
import { messageBytes } from '../../limits/message-bytes.js'
import { places, type QueueLoad, queueLoads, queues, sessions } from '../../state/sessions/tables.js'
import { pagesOf } from './pages.js'
import type { Place, Source } from './place.js'

/** What follows from the rest, and what one folder or one Redis has of its own, is made for the place that is moved to. */
export const makeAnew = async (from: Source, to: Place, now: number): Promise<void> => {
  const newest = await newestPlace(from)
  if (to.kind === 'redis') {
    await countQueues(to, newest)
    await countRetained(to)
  } else
    await put(to, [
      [places, [0], newest],
      [leaseEpochs, [0], 1],
    ])
  // A backup that was restored is a history of its own, as it is when a server is started on it, and so is what went back to an earlier
  // moment.
  if (from.isRestored || (await wentBack(from))) await put(to, [[restores, [0], now]])
}

const wentBack = async ({ parts }: Source): Promise<boolean> => {
  for (const part of parts) if (await part.read((reader) => reader.get(incarnations, [0]) !== undefined)) return true
  return false
}

type Made = readonly [table: typeof places, key: Key, value: number]

const put = async (to: Place, made: readonly Made[]): Promise<void> => {
  for (const [table, key, value] of made)
    for (const part of to.partsOf(table, key, value)) await part.write((tx) => tx.put(table, key, value))
}

/** Places in queues are never used again, whoever counts them. */
const newestPlace = async (from: Source): Promise<number> => {
  let newest = 0
  for (const part of from.parts) {
    newest = Math.max(newest, await part.read((reader) => reader.get(places, [0]) ?? 0))
    const lasts = pagesOf(from, part, queueLoads, ({ value }) => [(value as QueueLoad).last])
    for await (const { made } of lasts) newest = Math.max(newest, ...made)
    const used = pagesOf(from, part, queues, ({ key }) => [key.at(-1) as number])
    for await (const { made } of used) newest = Math.max(newest, ...made)
  }
  return newest
}

const countQueues = async (to: Place, last: number): Promise<void> => {
  for (const part of to.parts)
    for await (const { made } of pagesOf(to, part, sessions, ({ key }) => [key])) {
      const loads = await Promise.all(made.map(async (key) => ({ key, load: await loadOf(to, part, key) })))
      await part.write((tx) => {
        for (const { key, load } of loads) tx.put(queueLoads, key, { ...load, last })
      })
    }
}

const loadOf = async (to: Place, part: SharedKeyValue, session: Key): Promise<{ messages: number; bytes: number }> => {
  const load = { messages: 0, bytes: 0 }
  for (let { from, to: end } = under(...session); ; ) {
    const page = await part.read((reader) => [...reader.range(queues, { from, to: end, limit: to.pageSize })])
    load.messages += page.length
    for (const { value } of page) load.bytes += messageBytes(value.message)
    const last = page.at(-1)
    if (!last || page.length < to.pageSize) return load
    from = [...last.key, 0]
  }
}

/** By who has published them: as many as there are such connections are counted at a time. */
const countRetained = async (to: Place): Promise<void> => {
  const loads = new Map<string, { key: Key; messages: number; bytes: number }>()
  for (const part of to.parts)
    for await (const { made } of pagesOf(to, part, retained, ({ value }) => [value as RoutedMessage]))
      for (const message of made) {
        const { vendor, publisher } = message
        if (!publisher) continue
        const key = [vendor, publisher.client, boundedName(publisher.connection)]
        const before = loads.get(JSON.stringify(key)) ?? { key, messages: 0, bytes: 0 }
        const { messages, bytes } = before
        loads.set(JSON.stringify(key), { key, messages: messages + 1, bytes: bytes + messageBytes(message) })
      }
  for (const { key, ...load } of loads.values())
    for (const part of to.partsOf(retainedLoads, key, load)) await part.write((tx) => tx.put(retainedLoads, key, load))
}
