import { under } from '../../kv/keys.js'
import { type Key, partitionOf, type Reader, type SharedKeyValue, type Table, type Transaction } from '../../kv/port.js'
import type { QueueChange, QueuedPlace, QueueName, QueueOwner, QueueStanding, Queues } from './port.js'
import {
  handledOf,
  queueAgain,
  queueFailures,
  queueFloors,
  queueHandled,
  queueOwners,
  storedHandled,
} from './tables.js'

/** Queues on a key-value engine. */
export class EmbeddedQueues implements Queues {
  constructor(private readonly kv: SharedKeyValue) {}

  async open(name: QueueName, offset: number): Promise<QueueStanding> {
    if (!(await this.exists(name))) await this.#partition(name).write((tx) => make(tx, name, offset))
    return this.#partition(name).read((reader) => standingOf(reader, name))
  }

  exists(name: QueueName): Promise<boolean> {
    return this.#partition(name).read((reader) => reader.get(queueFloors, keyOf(name)) !== undefined)
  }

  claim(name: QueueName, claimant: QueueOwner, over?: string): Promise<QueueOwner> {
    return this.#partition(name).write((tx) => {
      const owner = tx.get(queueOwners, keyOf(name))
      if (owner && (owner.node === claimant.node || owner.token !== over)) return owner
      tx.put(queueOwners, keyOf(name), claimant)
      return claimant
    })
  }

  settle(name: QueueName, change: QueueChange, token?: string): Promise<boolean> {
    return this.#partition(name).write((tx) => {
      if (token !== undefined && tx.get(queueOwners, keyOf(name))?.token !== token) return false
      if (tx.get(queueFloors, keyOf(name)) !== undefined) apply(tx, name, change)
      return true
    })
  }

  giveAgain(name: QueueName, place: QueuedPlace): Promise<boolean> {
    return this.#partition(name).write((tx) => {
      if (tx.get(queueFloors, keyOf(name)) === undefined) return false
      tx.put(queueAgain, placeKey(name, place), true)
      tx.remove(queueFailures, placeKey(name, place))
      return true
    })
  }

  list(vendor: string, client: string): Promise<readonly { group: string; floor: number }[]> {
    return this.#partition({ vendor, client }).read((reader) => {
      const found = reader.range(queueFloors, under(vendor, client))
      return [...found].map(({ key, value }) => ({ group: key[2] as string, floor: value }))
    })
  }

  remove(name: QueueName): Promise<boolean> {
    return this.#partition(name).write((tx) => {
      if (tx.get(queueFloors, keyOf(name)) === undefined) return false
      for (const each of [queueHandled, queueFailures, queueAgain])
        for (const key of keysUnder(tx, each, name)) tx.remove(each, key)
      tx.remove(queueFloors, keyOf(name))
      tx.remove(queueOwners, keyOf(name))
      return true
    })
  }

  #partition({ vendor, client }: Pick<QueueName, 'vendor' | 'client'>): SharedKeyValue {
    return partitionOf(this.kv, vendor, client)
  }
}

const keyOf = ({ vendor, client, group }: QueueName): Key => [vendor, client, group]
const placeKey = (name: QueueName, { conversation, seq }: QueuedPlace): Key => [...keyOf(name), conversation, seq]
const placeOf = (key: Key): QueuedPlace => ({ conversation: key[3] as string, seq: key[4] as number })

const keysUnder = (reader: Reader, of: Table<unknown>, name: QueueName): Key[] =>
  [...reader.range(of, under(...keyOf(name)))].map(({ key }) => key)

/** Another may have made it meanwhile. */
const make = (tx: Transaction, name: QueueName, offset: number): void => {
  if (tx.get(queueFloors, keyOf(name)) === undefined) tx.put(queueFloors, keyOf(name), offset)
}

const standingOf = (reader: Reader, name: QueueName): QueueStanding => ({
  floor: reader.get(queueFloors, keyOf(name)) ?? 0,
  handled: new Map(
    [...reader.range(queueHandled, under(...keyOf(name)))].map(({ key, value }) => [
      key[3] as string,
      handledOf(value),
    ]),
  ),
  failures: [...reader.range(queueFailures, under(...keyOf(name)))].map(({ key, value }) => ({
    ...placeOf(key),
    ...value,
  })),
  again: keysUnder(reader, queueAgain, name).map(placeOf),
})

const apply = (tx: Transaction, name: QueueName, change: QueueChange): void => {
  const key = keyOf(name)
  if (change.floor !== undefined) tx.put(queueFloors, key, change.floor)
  for (const conversation of change.forget ?? []) tx.remove(queueHandled, [...key, conversation])
  for (const [conversation, upTo] of change.handled ?? [])
    tx.put(queueHandled, [...key, conversation], storedHandled(upTo))
  for (const place of change.notAgain ?? []) tx.remove(queueAgain, placeKey(name, place))
  for (const { tries, due, line, ...place } of change.failures ?? [])
    tx.put(queueFailures, placeKey(name, place), line === undefined ? { tries, due } : { tries, due, line })
  for (const place of change.succeeded ?? []) tx.remove(queueFailures, placeKey(name, place))
}
