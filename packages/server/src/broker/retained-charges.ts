import { messageBytes } from '../limits/message-bytes.js'
import type { Account, Accounts, Excess } from '../limits/port.js'
import type { RoutedMessage } from './port.js'

/** Who is charged for retained messages: their publishers. */
export interface Charges {
  give(message: RoutedMessage | undefined): void
  /** Charges for a message that takes the place of another one, or leaves everything as it was. */
  replace(before: RoutedMessage | undefined, message: RoutedMessage): Excess | undefined
}

/** They are charged in the accounts of this process. */
export class RetainedCharges implements Charges {
  constructor(private readonly accounts: Accounts) {}

  charge(message: RoutedMessage | undefined): void {
    const account = message && this.#payer(message)
    account?.charge('retainedMessages', 1)
    account?.charge('retainedBytes', messageBytes(message as RoutedMessage))
  }

  give(message: RoutedMessage | undefined): void {
    const account = message && this.#payer(message)
    account?.give('retainedMessages', 1)
    account?.give('retainedBytes', messageBytes(message as RoutedMessage))
  }

  replace(before: RoutedMessage | undefined, message: RoutedMessage): Excess | undefined {
    this.give(before)
    const excess = this.#take(message)
    if (excess) this.charge(before)
    return excess
  }

  #take(message: RoutedMessage): Excess | undefined {
    const account = this.#payer(message)
    const excess = account?.take('retainedMessages', 1)
    if (!account || excess) return excess
    const tooLarge = account.take('retainedBytes', messageBytes(message))
    if (tooLarge) account.give('retainedMessages', 1)
    return tooLarge
  }

  #payer({ vendor, publisher }: RoutedMessage): Account | undefined {
    return publisher && this.accounts.at({ ...publisher, vendor })
  }
}
