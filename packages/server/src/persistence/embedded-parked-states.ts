import { partitionOf, type Reader, type SharedKeyValue } from '../kv/port.js'
import { roomOf } from './append.js'
import { falseOfStorage } from './feed/feed.js'
import {
  countParked,
  dropParkedState,
  findParked,
  forgetDrop,
  listParked,
  retryParkedState,
  wasDropped,
} from './parked-states.js'
import type { Page, ParkedState, ParkedStates } from './port.js'
import type { Tails } from './tails.js'
import { handedIn, type Writes } from './writes.js'

interface EmbeddedParkedStatesParts {
  kv: SharedKeyValue
  writes: Writes
  tails: Tails
}

/** The parked states of a store: each lies in the partition of its conversation. */
export class EmbeddedParkedStates implements ParkedStates {
  constructor(private readonly parts: EmbeddedParkedStatesParts) {}

  parkedStates(vendor: string, query: { bot?: string; after?: string; limit: number }): Promise<Page<ParkedState>> {
    return this.parts.kv.read((reader) => listParked(reader, vendor, query))
  }

  parkedState(vendor: string, conversation: string, bot: string) {
    return this.#partition(vendor, conversation).read((reader) => findParked(reader, { vendor, conversation, bot }))
  }

  retryParked(vendor: string, conversation: string, bot: string): Promise<boolean> {
    return this.#partition(vendor, conversation).write((tx) => retryParkedState(tx, { vendor, conversation, bot }))
  }

  async dropParked(vendor: string, conversation: string, bot: string, now: number): Promise<boolean> {
    const seat = { vendor, conversation, bot }
    const { writes, tails } = this.parts
    const isDropped = await writes.run(vendor, conversation, (tx) => {
      const handed = dropParkedState(tx, roomOf(tx, tails, vendor, conversation), seat, now)
      const answer = handed !== undefined || wasDropped(tx, seat)
      const isKept = (reader: Reader) => !answer || wasDropped(reader, seat)
      return { answer, said: handed?.said ?? [], ...handedIn(seat, handed), isKept }
    })
    // Where that can't be done, who asks again is told once more that it is dropped.
    if (isDropped)
      await this.#partition(vendor, conversation)
        .write((tx) => forgetDrop(tx, seat))
        .catch(falseOfStorage)
    return isDropped
  }

  parkedCounts(): Promise<ReadonlyMap<string, number>> {
    return this.parts.kv.read(countParked)
  }

  #partition(vendor: string, conversation: string): SharedKeyValue {
    return partitionOf(this.parts.kv, vendor, conversation)
  }
}
