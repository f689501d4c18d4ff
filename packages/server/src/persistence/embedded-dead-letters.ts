import { areTogether, partitionOf, type SharedKeyValue } from '../kv/port.js'
import {
  conversationOfLetter,
  dropLetter,
  findLetter,
  keepQueueLetter,
  listLetters,
  retryLetter,
} from './dead-letters.js'
import { leadsThere, lineOf } from './feed/line.js'
import type { DeadLetter, DeadLetterQuery, DeadLetters, Page, QueueLetter, Retried } from './port.js'

/** The dead letters of a store: each lies in the partition of its conversation. */
export class EmbeddedDeadLetters implements DeadLetters {
  constructor(private readonly kv: SharedKeyValue) {}

  deadLetters(vendor: string, query: DeadLetterQuery): Promise<Page<DeadLetter>> {
    return this.kv.read((reader) => listLetters(reader, vendor, query))
  }

  deadLetter(vendor: string, id: string): Promise<DeadLetter | undefined> {
    return this.#partitionOf(vendor, id).read((reader) => findLetter(reader, vendor, id))
  }

  retryDeadLetter(vendor: string, id: string): Promise<Retried> {
    return this.#partitionOf(vendor, id).write((tx) => retryLetter(tx, vendor, id))
  }

  dropDeadLetter(vendor: string, id: string): Promise<boolean> {
    return this.#partitionOf(vendor, id).write((tx) => dropLetter(tx, vendor, id))
  }

  keepQueueLetter(vendor: string, letter: QueueLetter): Promise<boolean> {
    const { conversation, client, seq, line } = letter
    const isDivided = this.kv.partitions !== undefined
    const isBeside = areTogether(this.kv, vendor, conversation, client)
    return partitionOf(this.kv, vendor, conversation).write((tx) => {
      const isOn = (line: number) => leadsThere(lineOf(tx, vendor, conversation), { seq, line }, isBeside)
      const isLost = isDivided && line !== undefined && !isOn(line)
      if (!isLost) keepQueueLetter(tx, vendor, letter)
      return !isLost
    })
  }

  #partitionOf(vendor: string, id: string): SharedKeyValue {
    return partitionOf(this.kv, vendor, conversationOfLetter(id))
  }
}
