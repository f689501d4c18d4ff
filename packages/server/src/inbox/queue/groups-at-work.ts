import { GroupElsewhere } from './group-elsewhere.js'
import { keyOf } from './key-of.js'
import type { QueueName } from './port.js'
import { QueueGroup } from './queue-group.js'

/** A group as the connections of this node take part in it. */
export type Work = QueueGroup | GroupElsewhere

/** The groups that this node works on, and those of other nodes in which connections of this one take part. */
export class GroupsAtWork {
  readonly #groups = new Map<string, Work>()
  /** Those of this node, by vendor and client. */
  readonly #byClient = new Map<string, Set<QueueGroup>>()

  get(name: QueueName): Work | undefined {
    return this.#groups.get(keyOf(name))
  }

  get all(): Iterable<Work> {
    return this.#groups.values()
  }

  /** Those that this node works on. */
  get own(): readonly QueueGroup[] {
    return [...this.all].filter((group) => group instanceof QueueGroup)
  }

  get elsewhere(): readonly GroupElsewhere[] {
    return [...this.all].filter((group) => group instanceof GroupElsewhere)
  }

  /** It takes the place of what was there under its name. */
  add(group: Work): void {
    this.#groups.set(keyOf(group.name), group)
    if (!(group instanceof QueueGroup)) return
    const client = clientOf(group.name)
    this.#byClient.set(client, (this.#byClient.get(client) ?? new Set()).add(group))
  }

  remove(group: Work): void {
    this.#groups.delete(keyOf(group.name))
    if (!(group instanceof QueueGroup)) return
    const client = clientOf(group.name)
    const groups = this.#byClient.get(client)
    groups?.delete(group)
    if (groups?.size === 0) this.#byClient.delete(client)
  }

  /** Whether this node works on a group of one of these clients. */
  has(vendor: string, clients: readonly string[]): boolean {
    return this.#byClient.size > 0 && clients.some((client) => this.#byClient.has(`${vendor}/${client}`))
  }

  wake(vendor: string, clients: readonly string[]): void {
    if (this.#byClient.size === 0) return
    for (const client of clients) for (const group of this.#byClient.get(`${vendor}/${client}`) ?? []) group.wake()
  }
}

const clientOf = ({ vendor, client }: QueueName): string => `${vendor}/${client}`
