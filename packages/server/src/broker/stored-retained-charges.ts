import { boundedName } from '../kv/bounded-name.js'
import type { Key, Transaction } from '../kv/port.js'
import { messageBytes } from '../limits/message-bytes.js'
import type { Accounts, Excess } from '../limits/port.js'
import { reasonFor } from '../limits/reasons.js'
import type { RoutedMessage } from './port.js'
import type { Charges } from './retained-charges.js'
import { retainedLoads } from './retained-table.js'

interface Load {
  messages: number
  bytes: number
}

/** Publishers are charged in the transaction that keeps their messages, whichever node they are on: by connection alone. */
export class StoredRetainedCharges implements Charges {
  constructor(
    private readonly tx: Transaction,
    private readonly accounts: Accounts,
  ) {}

  give(message: RoutedMessage | undefined): void {
    const key = message && keyOf(message)
    if (!key) return
    const { messages, bytes } = this.#loadAt(key)
    const left = { messages: messages - 1, bytes: bytes - messageBytes(message) }
    if (left.messages > 0) this.tx.put(retainedLoads, key, left)
    else this.tx.remove(retainedLoads, key)
  }

  replace(before: RoutedMessage | undefined, message: RoutedMessage): Excess | undefined {
    this.give(before)
    const excess = this.#take(message)
    if (excess && before) this.#charge(before)
    return excess
  }

  #take(message: RoutedMessage): Excess | undefined {
    const excess = this.#excessOf(message)
    if (!excess) this.#charge(message)
    return excess
  }

  #excessOf(message: RoutedMessage): Excess | undefined {
    const { vendor, publisher } = message
    const key = keyOf(message)
    if (!key || !publisher) return undefined
    const account = this.accounts.at({ ...publisher, vendor })
    const { messages, bytes } = this.#loadAt(key)
    if (messages + 1 > account.maximum('retainedMessages'))
      return excess('retainedMessages', account.maximum('retainedMessages'))
    return bytes + messageBytes(message) > account.maximum('retainedBytes')
      ? excess('retainedBytes', account.maximum('retainedBytes'))
      : undefined
  }

  #charge(message: RoutedMessage): void {
    const key = keyOf(message)
    if (!key) return
    const { messages, bytes } = this.#loadAt(key)
    this.tx.put(retainedLoads, key, { messages: messages + 1, bytes: bytes + messageBytes(message) })
  }

  #loadAt(key: Key): Load {
    return this.tx.get(retainedLoads, key) ?? { messages: 0, bytes: 0 }
  }
}

const keyOf = ({ vendor, publisher }: RoutedMessage): Key | undefined =>
  publisher && [vendor, publisher.client, boundedName(publisher.connection)]

const excess = (limit: 'retainedMessages' | 'retainedBytes', maximum: number): Excess => ({
  scope: 'connection',
  limit,
  maximum,
  reason: reasonFor('connection', limit, maximum),
})
