import type { RoutedMessage } from '../../broker/port.js'
import type { SessionName } from '../../identity.js'
import { cursors } from '../../inbox/tables.js'
import { under } from '../../kv/keys.js'
import type { KeyValue, Transaction } from '../../kv/port.js'
import type { QueuedMessage, QueueTarget, SessionRecord, Sessions } from './port.js'
import { places, queues, sessionKey, sessions } from './tables.js'

type Progress = Parameters<Sessions['progress']>[1][number]
type Move = Parameters<Sessions['move']>[1][number]

/** Sessions on the key-value engine of this process. */
export class EmbeddedSessions implements Sessions {
  readonly #kv: KeyValue

  constructor(kv: KeyValue) {
    this.#kv = kv
  }

  async all(): Promise<readonly SessionRecord[]> {
    return [...this.#kv.range(sessions, under())].map(({ value }) => value)
  }

  save(record: SessionRecord): Promise<void> {
    return this.#kv.write((tx) => tx.put(sessions, sessionKey(record.name), record))
  }

  remove(name: SessionName): Promise<void> {
    const key = sessionKey(name)
    return this.#kv.write((tx) => {
      tx.remove(sessions, key)
      tx.remove(cursors, key)
      for (const entry of [...tx.range(queues, under(...key))]) tx.remove(queues, entry.key)
    })
  }

  enqueue(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received?: { session: SessionName; packetId: number },
  ): Promise<void> {
    return this.#kv.write((tx) => {
      if (received) noteReceived(tx, received.session, received.packetId)
      const stored = targets.filter(({ session }) => tx.get(sessions, sessionKey(session)))
      if (stored.length === 0) return
      const place = nextPlace(tx)
      for (const { session, ...how } of stored) tx.put(queues, [...sessionKey(session), place], { message, ...how })
    })
  }

  async queued(session: SessionName, place: number, limit: number): Promise<readonly QueuedMessage[]> {
    const key = sessionKey(session)
    const found = this.#kv.range(queues, { from: [...key, place], to: under(...key).to, limit })
    return [...found].map(({ key, value }) => ({ place: key[3] as number, ...value }))
  }

  progress(session: SessionName, changes: readonly Progress[]): Promise<void> {
    return this.#kv.write((tx) => {
      for (const change of changes) applyProgress(tx, session, change)
    })
  }

  move(session: SessionName, moves: readonly Move[]): Promise<void> {
    return this.#kv.write((tx) => {
      for (const move of moves) moveOne(tx, session, move)
    })
  }
}

const noteReceived = (tx: Transaction, session: SessionName, packetId: number): void => {
  const record = tx.get(sessions, sessionKey(session))
  if (!record || record.received.includes(packetId)) return
  tx.put(sessions, sessionKey(session), { ...record, received: [...record.received, packetId] })
}

const nextPlace = (tx: Transaction): number => {
  const place = (tx.get(places, [0]) ?? 0) + 1
  tx.put(places, [0], place)
  return place
}

const applyProgress = (tx: Transaction, session: SessionName, { place, removed, ...progress }: Progress): void => {
  const key = [...sessionKey(session), place]
  const queued = tx.get(queues, key)
  if (queued && removed) tx.remove(queues, key)
  else if (queued) tx.put(queues, key, { ...queued, ...progress })
}

const moveOne = (tx: Transaction, from: SessionName, { place, to: { session, ...how } }: Move): void => {
  const key = [...sessionKey(from), place]
  const queued = tx.get(queues, key)
  if (!queued || !tx.get(sessions, sessionKey(session))) return
  tx.remove(queues, key)
  tx.put(queues, [...sessionKey(session), nextPlace(tx)], { message: queued.message, ...how })
}
