import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Counters } from '../counters.js'
import type { Principal } from '../identity.js'
import type { Accounts, OpenAccount } from '../limits/port.js'
import { countExcess, quotaExceeded } from '../limits/refuse.js'
import type { Refusal } from './authentication/authenticator.js'

export interface PlaceOptions {
  accounts: Accounts
  counters: Counters
}

/** One connection, as its client and its vendor are charged for it. Who is refused has none, and has nothing to leave. */
export class Place {
  readonly #account: OpenAccount
  readonly #counters: Counters
  #taken = false

  constructor(principal: Principal, { accounts, counters }: PlaceOptions) {
    this.#account = accounts.open(principal)
    this.#counters = counters
  }

  /** Asked for before the name is claimed: who comes too often is not to throw anybody out. */
  ask(): Refusal | undefined {
    const excess = this.#account.spend('connects', 1)
    if (!excess) return undefined
    this.#account.close()
    countExcess(this.#counters, excess)
    return { reasonCode: ReasonCode.ConnectionRateExceeded, reason: excess.reason }
  }

  /** Taken after the name was claimed: the connection that had it has given its own place back by then. */
  take(): Refusal | undefined {
    const excess = this.#account.take('connections', 1)
    this.#taken = !excess
    return excess && quotaExceeded(this.#counters, excess)
  }

  leave(): void {
    if (this.#taken) this.#account.give('connections', 1)
    this.#account.close()
  }
}
