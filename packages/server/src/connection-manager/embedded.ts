import type { SessionName } from '../identity.js'
import type { Claim, Connections } from './port.js'

/** One name: who has it, and who waits for it in turn. */
interface Seat {
  holder?: { claim: Claim; lost: () => Promise<void> | void }
  claims: number
  lastClaim: Promise<unknown>
}

/** Names of connections, for a server of one process. */
export class EmbeddedConnections implements Connections {
  readonly #seats = new Map<string, Seat>()
  #fence = 0

  claim(name: SessionName, lost: () => Promise<void> | void): Promise<Claim> {
    const key = keyOf(name)
    const seat = this.#seats.get(key) ?? { claims: 0, lastClaim: Promise.resolve() }
    this.#seats.set(key, seat)
    seat.claims++
    const claimed = seat.lastClaim.then(() => this.#take(seat, name, lost)).finally(() => this.#leave(key, seat))
    seat.lastClaim = claimed.catch(() => {})
    return claimed
  }

  async release(claim: Claim): Promise<void> {
    const key = keyOf(claim.name)
    const seat = this.#seats.get(key)
    if (seat?.holder?.claim.fence !== claim.fence) return
    delete seat.holder
    this.#removeUnused(key, seat)
  }

  async #take(seat: Seat, name: SessionName, lost: () => Promise<void> | void): Promise<Claim> {
    const before = seat.holder
    delete seat.holder
    await before?.lost()
    const claim = { name, fence: ++this.#fence }
    seat.holder = { claim, lost }
    return claim
  }

  #leave(key: string, seat: Seat): void {
    seat.claims--
    this.#removeUnused(key, seat)
  }

  #removeUnused(key: string, seat: Seat): void {
    if (!seat.holder && seat.claims === 0) this.#seats.delete(key)
  }
}

const keyOf = ({ vendor, client, connection }: SessionName): string => JSON.stringify([vendor, client, connection])
