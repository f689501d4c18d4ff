import type { Session } from './session/session.js'

/** All sessions, found by client: most clients have one. */
export class SessionIndex implements Iterable<Session> {
  readonly #vendors = new Map<string, Map<string, Session | Set<Session>>>()

  add(session: Session): void {
    const { vendor, client } = session.name
    const clients = this.#vendors.get(vendor) ?? new Map<string, Session | Set<Session>>()
    this.#vendors.set(vendor, clients)
    const known = clients.get(client)
    if (!known) clients.set(client, session)
    else if (known instanceof Set) known.add(session)
    else clients.set(client, new Set([known, session]))
  }

  delete(session: Session): void {
    const { vendor, client } = session.name
    const clients = this.#vendors.get(vendor)
    const known = clients?.get(client)
    if (known instanceof Set && known.delete(session) && known.size > 0) return
    if (known === session || known instanceof Set) clients?.delete(client)
    if (clients?.size === 0) this.#vendors.delete(vendor)
  }

  /** Those of a client, or of all clients of the vendor. */
  *of(vendor: string, client?: string): Iterable<Session> {
    const clients = this.#vendors.get(vendor)
    if (client === undefined) for (const each of clients?.values() ?? []) yield* sessionsIn(each)
    else yield* sessionsIn(clients?.get(client))
  }

  *[Symbol.iterator](): Iterator<Session> {
    for (const vendor of this.#vendors.keys()) yield* this.of(vendor)
  }
}

const sessionsIn = (found: Session | Set<Session> | undefined): Iterable<Session> => {
  if (!found) return []
  return found instanceof Set ? found : [found]
}
