import type { RoutedMessage } from '../../broker/port.js'
import type { SessionName } from '../../identity.js'
import { removeCursor } from '../../inbox/cursors.js'
import { under } from '../../kv/keys.js'
import { partitionOf, type Reader, type SharedKeyValue, type Transaction } from '../../kv/port.js'
import { messageBytes } from '../../limits/message-bytes.js'
import type { Accounts } from '../../limits/port.js'
import type { QueuedMessage, QueueTarget, SessionRecord, Sessions, Shed } from './port.js'
import { type Load, QueueCharges } from './queue-charges.js'
import { allIn, found, isOfSame, noted, noteReceived, noteShed } from './records.js'
import { addLoad, queueExcess, queueLoad, takeLoad } from './stored-loads.js'
import { forgetQueueings, type Received, SureQueueing } from './sure-queueing.js'
import { places, queueLoads, queues, sessionKey, sessions } from './tables.js'

type Progress = Parameters<Sessions['progress']>[1][number]
type Move = Parameters<Sessions['move']>[1][number]
type IsStill = (stored: SessionRecord) => boolean

export interface EmbeddedSessionsOptions {
  kv: SharedKeyValue
  accounts: Accounts
  /**
   * Others write to it as well: what queues have is counted in the store, and each is held to the limits of its connection
   * alone.
   */
  shared?: boolean
}

/** Sessions on a key-value engine. */
export class EmbeddedSessions implements Sessions {
  readonly #kv: SharedKeyValue
  readonly #accounts: Accounts
  readonly #charges: QueueCharges
  readonly #shared: boolean
  readonly #sure = new SureQueueing()

  /** Charges the accounts with what waits already. */
  static async open(options: EmbeddedSessionsOptions): Promise<EmbeddedSessions> {
    const opened = new EmbeddedSessions(options)
    if (options.shared) return opened
    const loads = await options.kv.read((reader) =>
      [...reader.range(sessions, under())].map(({ value: { name } }) => ({ name, load: loadOf(reader, name) })),
    )
    for (const { name, load } of loads) opened.#charges.charge(name, load)
    return opened
  }

  private constructor({ kv, accounts, shared = false }: EmbeddedSessionsOptions) {
    this.#kv = kv
    this.#accounts = accounts
    this.#charges = new QueueCharges(accounts)
    this.#shared = shared
  }

  async all(): Promise<readonly SessionRecord[]> {
    const parts = this.#kv.partitions?.all ?? [this.#kv]
    return (await Promise.all(parts.map((each) => each.read(allIn)))).flat()
  }

  find(name: SessionName): Promise<SessionRecord | undefined> {
    return this.#partition(name).read((reader) => {
      const stored = reader.get(sessions, sessionKey(name))
      return stored && found(reader, stored)
    })
  }

  begin(record: SessionRecord): Promise<boolean> {
    const { fence = 0 } = record
    return this.#put(record, (stored) => (stored?.fence ?? 0) <= fence)
  }

  save(record: SessionRecord, isStill: IsStill = () => true): Promise<boolean> {
    return this.#put(record, (stored) => stored !== undefined && isOfSame(record, stored) && isStill(stored))
  }

  #put(record: SessionRecord, mayPut: (stored: SessionRecord | undefined) => boolean): Promise<boolean> {
    const key = sessionKey(record.name)
    return this.#partition(record.name).write((tx) => {
      const may = mayPut(tx.get(sessions, key))
      if (may) tx.put(sessions, key, noted(tx, record))
      return may
    })
  }

  async remove(name: SessionName, isStill?: IsStill): Promise<boolean> {
    const key = sessionKey(name)
    const load = await this.#partition(name).write((tx) => {
      const stored = isStill && tx.get(sessions, key)
      if (isStill && !(stored && isStill(stored))) return undefined
      const queued = this.#shared ? nothing : loadOf(tx, name)
      tx.remove(sessions, key)
      removeCursor(tx, key)
      if (this.#shared) tx.remove(queueLoads, key)
      if (this.#kv.partitions) forgetQueueings(tx, name)
      for (const entry of [...tx.range(queues, under(...key))]) tx.remove(queues, entry.key)
      return queued
    })
    if (load) this.#charges.give(name, load)
    return load !== undefined
  }

  async waiting(name: SessionName): Promise<number> {
    if (!this.#shared) return this.#accounts.at(name).amount('queuedMessages')
    return (await this.#partition(name).read((reader) => queueLoad(reader, name))).messages
  }

  async enqueue(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received?: Received,
  ): Promise<readonly Shed[]> {
    if (this.#shared) return this.#enqueueShared(targets, message, received)
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

  async #enqueueShared(
    targets: readonly QueueTarget[],
    message: RoutedMessage,
    received: Received | undefined,
  ): Promise<readonly Shed[]> {
    const parted = this.#byPartition(targets)
    const home = received && this.#partition(received.session)
    const others = [...parted.keys()].filter((partition) => partition !== home)
    const put = (tx: Transaction, partition: SharedKeyValue) =>
      (parted.get(partition) ?? []).flatMap((target) => this.#putShared(tx, target, message) ?? [])
    if (!received || !home) return (await Promise.all(others.map((each) => each.write((tx) => put(tx, each))))).flat()
    const atHome = (tx: Transaction) => {
      noteReceived(tx, received.session, received.packetId)
      return put(tx, home)
    }
    if (others.length === 0) return home.write(atHome)
    return (await this.#sure.run(received, message, { home, others, inOthers: put, atHome })).flat()
  }

  #byPartition(targets: readonly QueueTarget[]): Map<SharedKeyValue, QueueTarget[]> {
    const parted = new Map<SharedKeyValue, QueueTarget[]>()
    for (const target of targets) {
      const partition = this.#partition(target.session)
      const known = parted.get(partition)
      if (known) known.push(target)
      else parted.set(partition, [target])
    }
    return parted
  }

  #partition({ vendor, client }: SessionName): SharedKeyValue {
    return partitionOf(this.#kv, vendor, client)
  }

  #putShared(tx: Transaction, target: QueueTarget, message: RoutedMessage): Shed | undefined {
    const { session, ...how } = target
    const key = sessionKey(session)
    if (!tx.get(sessions, key)) return undefined
    const load = queueLoad(tx, session)
    const bytes = messageBytes(message)
    const excess = queueExcess(load, bytes, this.#accounts.at(session))
    if (excess) noteShed(tx, session)
    else tx.put(queues, [...key, addLoad(tx, session, load, bytes)], { message, ...how })
    return excess && { target, excess }
  }

  queued(session: SessionName, place: number, limit: number): Promise<readonly QueuedMessage[]> {
    const key = sessionKey(session)
    return this.#partition(session).read((reader) => {
      const found = reader.range(queues, { from: [...key, place], to: under(...key).to, limit })
      return [...found].map(({ key, value }) => ({ place: key[3] as number, ...value }))
    })
  }

  async progress(session: SessionName, changes: readonly Progress[]): Promise<void> {
    const load = await this.#partition(session).write((tx) => {
      const removed: Load = { messages: 0, bytes: 0 }
      for (const change of changes) applyProgress(tx, session, change, removed)
      if (this.#shared) takeLoad(tx, session, removed)
      return removed
    })
    if (!this.#shared) this.#charges.give(session, load)
  }

  async move(session: SessionName, moves: readonly Move[]): Promise<void> {
    if (this.#kv.partitions) return this.#moveAcross(session, moves)
    const moved = await this.#kv.write((tx) => moves.flatMap((move) => this.#moveOne(tx, session, move)))
    if (this.#shared) return
    for (const { to, load } of moved) {
      this.#charges.charge(to, load)
      this.#charges.give(session, load)
    }
  }

  /** Each is put where it goes before it is taken from where it was: it may be in both, and is never in none. */
  async #moveAcross(from: SessionName, moves: readonly Move[]): Promise<void> {
    for (const { place, to } of moves) {
      const key = [...sessionKey(from), place]
      const queued = await this.#partition(from).read((reader) => reader.get(queues, key))
      const isMoved =
        queued && (await this.#partition(to.session).write((tx) => this.#addShared(tx, to, queued.message)))
      if (isMoved) await this.#partition(from).write((tx) => removeShared(tx, from, place))
    }
  }

  /** Whether the session is there. */
  #addShared(tx: Transaction, { session, ...how }: Move['to'], message: RoutedMessage): boolean {
    const key = sessionKey(session)
    if (!tx.get(sessions, key)) return false
    const place = addLoad(tx, session, queueLoad(tx, session), messageBytes(message))
    tx.put(queues, [...key, place], { message, ...how })
    return true
  }

  #moveOne(tx: Transaction, from: SessionName, { place, to: { session, ...how } }: Move) {
    const key = [...sessionKey(from), place]
    const queued = tx.get(queues, key)
    if (!queued || !tx.get(sessions, sessionKey(session))) return []
    const load = { messages: 1, bytes: messageBytes(queued.message) }
    tx.remove(queues, key)
    if (this.#shared) takeLoad(tx, from, load)
    const next = this.#shared ? addLoad(tx, session, queueLoad(tx, session), load.bytes) : nextPlace(tx)
    tx.put(queues, [...sessionKey(session), next], { message: queued.message, ...how })
    return [{ to: session, load }]
  }

  #hasRoom(target: QueueTarget, bytes: number, shed: Shed[]): boolean {
    const excess = this.#charges.take(target.session, bytes)
    if (excess) shed.push({ target, excess })
    return !excess
  }
}

const nothing: Load = { messages: 0, bytes: 0 }

const loadOf = (reader: Reader, session: SessionName): Load => {
  const load: Load = { messages: 0, bytes: 0 }
  for (const { value } of reader.range(queues, under(...sessionKey(session)))) add(load, value.message)
  return load
}

const add = (load: Load, message: RoutedMessage): void => {
  load.messages++
  load.bytes += messageBytes(message)
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

const removeShared = (tx: Transaction, session: SessionName, place: number): void => {
  const key = [...sessionKey(session), place]
  const queued = tx.get(queues, key)
  if (!queued) return
  tx.remove(queues, key)
  takeLoad(tx, session, { messages: 1, bytes: messageBytes(queued.message) })
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
