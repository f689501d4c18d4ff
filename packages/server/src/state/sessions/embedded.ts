import type { RoutedMessage } from '../../broker/port.js'
import type { SessionName } from '../../identity.js'
import { cursors } from '../../inbox/tables.js'
import { under } from '../../kv/keys.js'
import type { Reader, SharedKeyValue, Transaction } from '../../kv/port.js'
import { messageBytes } from '../../limits/message-bytes.js'
import type { Accounts } from '../../limits/port.js'
import type { QueuedMessage, QueueTarget, SessionRecord, Sessions, Shed } from './port.js'
import { type Load, QueueCharges } from './queue-charges.js'
import { places, queues, sessionKey, sessions } from './tables.js'

type Progress = Parameters<Sessions['progress']>[1][number]
type Move = Parameters<Sessions['move']>[1][number]

export interface EmbeddedSessionsOptions {
  kv: SharedKeyValue
  accounts: Accounts
}

/** Sessions on the key-value engine of this process. */
export class EmbeddedSessions implements Sessions {
  readonly #kv: SharedKeyValue
  readonly #charges: QueueCharges

  /** Charges the accounts with what waits already. */
  static async open(options: EmbeddedSessionsOptions): Promise<EmbeddedSessions> {
    const opened = new EmbeddedSessions(options)
    const loads = await options.kv.read((reader) =>
      [...reader.range(sessions, under())].map(({ value: { name } }) => ({ name, load: loadOf(reader, name) })),
    )
    for (const { name, load } of loads) opened.#charges.charge(name, load)
    return opened
  }

  private constructor({ kv, accounts }: EmbeddedSessionsOptions) {
    this.#kv = kv
    this.#charges = new QueueCharges(accounts)
  }

  all(): Promise<readonly SessionRecord[]> {
    return this.#kv.read((reader) => [...reader.range(sessions, under())].map(({ value }) => value))
  }

  save(record: SessionRecord): Promise<void> {
    return this.#kv.write((tx) => tx.put(sessions, sessionKey(record.name), record))
  }

  async remove(name: SessionName): Promise<void> {
    const key = sessionKey(name)
    const load = await this.#kv.write((tx) => {
      const queued = loadOf(tx, name)
      tx.remove(sessions, key)
      tx.remove(cursors, key)
      for (const entry of [...tx.range(queues, under(...key))]) tx.remove(queues, entry.key)
      return queued
    })
    this.#charges.give(name, load)
  }

  async enqueue(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received?: { session: SessionName; packetId: number },
  ): Promise<readonly Shed[]> {
    const load = { messages: 1, bytes: messageBytes(message) }
    const shed: Shed[] = []
    const fitting = targets.filter((target) => this.#hasRoom(target, load.bytes, shed))
    let unused: readonly QueueTarget[] = fitting
    try {
      unused = await this.#kv.write((tx) => {
        if (received) noteReceived(tx, received.session, received.packetId)
        for (const { target } of shed) noteShed(tx, target.session)
        return putInQueues(tx, fitting, message)
      })
    } finally {
      for (const { session } of unused) this.#charges.give(session, load)
    }
    return shed
  }

  queued(session: SessionName, place: number, limit: number): Promise<readonly QueuedMessage[]> {
    const key = sessionKey(session)
    return this.#kv.read((reader) => {
      const found = reader.range(queues, { from: [...key, place], to: under(...key).to, limit })
      return [...found].map(({ key, value }) => ({ place: key[3] as number, ...value }))
    })
  }

  async progress(session: SessionName, changes: readonly Progress[]): Promise<void> {
    const load = await this.#kv.write((tx) => {
      const removed: Load = { messages: 0, bytes: 0 }
      for (const change of changes) applyProgress(tx, session, change, removed)
      return removed
    })
    this.#charges.give(session, load)
  }

  async move(session: SessionName, moves: readonly Move[]): Promise<void> {
    const moved = await this.#kv.write((tx) => moves.flatMap((move) => moveOne(tx, session, move)))
    for (const { to, load } of moved) {
      this.#charges.charge(to, load)
      this.#charges.give(session, load)
    }
  }

  #hasRoom(target: QueueTarget, bytes: number, shed: Shed[]): boolean {
    const excess = this.#charges.take(target.session, bytes)
    if (excess) shed.push({ target, excess })
    return !excess
  }
}

const loadOf = (reader: Reader, session: SessionName): Load => {
  const load: Load = { messages: 0, bytes: 0 }
  for (const { value } of reader.range(queues, under(...sessionKey(session)))) add(load, value.message)
  return load
}

const add = (load: Load, message: RoutedMessage): void => {
  load.messages++
  load.bytes += messageBytes(message)
}

const noteReceived = (tx: Transaction, session: SessionName, packetId: number): void => {
  const record = tx.get(sessions, sessionKey(session))
  if (!record || record.received.includes(packetId)) return
  tx.put(sessions, sessionKey(session), { ...record, received: [...record.received, packetId] })
}

const noteShed = (tx: Transaction, session: SessionName): void => {
  const record = tx.get(sessions, sessionKey(session))
  if (record) tx.put(sessions, sessionKey(session), { ...record, shed: (record.shed ?? 0) + 1 })
}

/** Answers the targets that are not stored. */
const putInQueues = (tx: Transaction, targets: readonly QueueTarget[], message: RoutedMessage): QueueTarget[] => {
  const others: QueueTarget[] = []
  let place: number | undefined
  for (const target of targets) {
    const { session, ...how } = target
    const key = sessionKey(session)
    if (!tx.get(sessions, key)) {
      others.push(target)
      continue
    }
    place ??= nextPlace(tx)
    tx.put(queues, [...key, place], { message, ...how })
  }
  return others
}

const nextPlace = (tx: Transaction): number => {
  const place = (tx.get(places, [0]) ?? 0) + 1
  tx.put(places, [0], place)
  return place
}

const applyProgress = (tx: Transaction, session: SessionName, change: Progress, freed: Load): void => {
  const { place, removed, ...progress } = change
  const key = [...sessionKey(session), place]
  const queued = tx.get(queues, key)
  if (!queued) return
  if (removed) {
    tx.remove(queues, key)
    add(freed, queued.message)
  } else tx.put(queues, key, { ...queued, ...progress })
}

const moveOne = (tx: Transaction, from: SessionName, { place, to: { session, ...how } }: Move) => {
  const key = [...sessionKey(from), place]
  const queued = tx.get(queues, key)
  if (!queued || !tx.get(sessions, sessionKey(session))) return []
  tx.remove(queues, key)
  tx.put(queues, [...sessionKey(session), nextPlace(tx)], { message: queued.message, ...how })
  return [{ to: session, load: { messages: 1, bytes: messageBytes(queued.message) } }]
}
