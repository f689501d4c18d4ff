import type { SessionName } from '../../identity.js'
import type { Accounts, Excess } from '../../limits/port.js'

/** As much as was taken out of a queue. */
export interface Load {
  messages: number
  bytes: number
}

/** Who is charged for messages that wait: the sessions that they wait for. */
export class QueueCharges {
  constructor(private readonly accounts: Accounts) {}

  /** Makes room for one message. */
  take(session: SessionName, bytes: number): Excess | undefined {
    const account = this.accounts.at(session)
    const excess = account.take('queuedMessages', 1)
    if (excess) return excess
    const tooLarge = account.take('queuedBytes', bytes)
    if (tooLarge) account.give('queuedMessages', 1)
    return tooLarge
  }

  charge(session: SessionName, { messages, bytes }: Load): void {
    const account = this.accounts.at(session)
    account.charge('queuedMessages', messages)
    account.charge('queuedBytes', bytes)
  }

  give(session: SessionName, { messages, bytes }: Load): void {
    if (messages === 0) return
    const account = this.accounts.at(session)
    account.give('queuedMessages', messages)
    account.give('queuedBytes', bytes)
  }
}
