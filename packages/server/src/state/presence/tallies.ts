import type { SessionName } from '../../identity.js'
import type { Tally } from './tally.js'

type ClientName = Pick<SessionName, 'vendor' | 'client'>

/** The tallies of clients that have connections, by vendor and then by client. */
export class Tallies<T extends Tally> {
  readonly #vendors = new Map<string, Map<string, T>>()

  constructor(private readonly make: (vendor: string, client: string) => T) {}

  get empty(): boolean {
    return this.#vendors.size === 0
  }

  get(vendor: string, client: string): T | undefined {
    return this.#vendors.get(vendor)?.get(client)
  }

  /** By client. */
  in(vendor: string): Iterable<[string, T]> {
    return this.#vendors.get(vendor) ?? []
  }

  /** The one of a client, which is made where there is none. */
  of({ vendor, client }: ClientName): T {
    let clients = this.#vendors.get(vendor)
    const known = clients?.get(client)
    if (known) return known
    if (!clients) {
      clients = new Map()
      this.#vendors.set(vendor, clients)
    }
    const tally = this.make(vendor, client)
    clients.set(client, tally)
    return tally
  }

  forget({ vendor, client }: ClientName): void {
    const clients = this.#vendors.get(vendor)
    clients?.delete(client)
    if (clients?.size === 0) this.#vendors.delete(vendor)
  }

  *[Symbol.iterator](): Iterator<[ClientName, T]> {
    for (const [vendor, clients] of this.#vendors)
      for (const [client, tally] of clients) yield [{ vendor, client }, tally]
  }
}
