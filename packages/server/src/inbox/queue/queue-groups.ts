import type { Position } from '@daakia/protocol'
import type { LiveSession } from '../../broker/exchange/port.js'
import type { Inbox } from '../port.js'
import { placeOf } from '../reader/index.js'
import { Member, type MemberTerms } from './member.js'
import type { QueueGroupParts } from './parts.js'
import type { QueuedPlace, QueueName, Queues } from './port.js'
import { QueueGroup } from './queue-group.js'

export interface QueueGroupsParts extends QueueGroupParts {
  inbox: Pick<Inbox, 'read' | 'head'>
  queues: Queues
}

/** A session's part in a group. */
interface Part {
  readonly name: QueueName
  readonly member: Member
  /** Absent until the group is at work. */
  group?: QueueGroup
}

/** The groups that have connections. Those that have none wait in the store, and cost no memory. */
export class QueueGroups {
  readonly #groups = new Map<string, Promise<QueueGroup>>()
  readonly #stopping = new Map<string, Promise<void>>()
  /** By session, and then by filter. */
  readonly #parts = new Map<LiveSession, Map<string, Part>>()
  readonly #atWork = new Map<string, QueueGroup>()
  readonly #byClient = new Map<string, Set<QueueGroup>>()
  /** How many are about to enter a group. */
  readonly #entering = new Map<string, number>()
  /** Groups that this server has worked on: of these it knows what was sent. */
  readonly #known = new Set<string>()

  constructor(private readonly parts: QueueGroupsParts) {}

  /** Makes the group where there is none, after `since` or at the head of the inbox. Answers where it stands. */
  async open(name: QueueName, since?: Position): Promise<Position> {
    const head = await this.parts.inbox.head(name.vendor, name.client)
    const isNew = !(await this.parts.queues.exists(name))
    const { floor } = await this.parts.queues.open(name, placeOf(since, head).after)
    if (isNew) this.#known.add(keyOf(name))
    return { epoch: head.epoch, offset: floor }
  }

  /** The session takes part from now on, or does so on other terms. */
  async enter(session: LiveSession, name: QueueName, terms: MemberTerms): Promise<void> {
    if (session.closed) return
    const own = this.#parts.get(session) ?? new Map<string, Part>()
    const known = own.get(terms.filter)
    const part: Part = known ?? { name, member: new Member(session, terms) }
    Object.assign(part.member, { terms, leaving: false })
    this.#parts.set(session, own.set(terms.filter, part))
    const group = await this.#expected(name)
    if (this.#parts.get(session)?.get(terms.filter) === part) {
      part.group = group
      group.enter(part.member)
    }
    this.#release(name, group)
  }

  /** Whether it took part. */
  leave(session: LiveSession, filter: string): boolean {
    const own = this.#parts.get(session)
    const part = own?.get(filter)
    if (!own || !part) return false
    part.group?.retire(part.member)
    // What it has is waited for until its connection ends.
    if (part.member.flights.size > 0) return true
    own.delete(filter)
    if (own.size === 0) this.#parts.delete(session)
    if (part.group) this.#release(part.name, part.group)
    return true
  }

  /** Its connection has ended. */
  detach(session: LiveSession): void {
    const own = this.#parts.get(session)
    if (!own) return
    this.#parts.delete(session)
    for (const { name, group, member } of own.values()) {
      group?.lose(member)
      if (group) this.#release(name, group)
    }
  }

  /** Whether a group of one of these clients is at work. */
  has(vendor: string, clients: readonly string[]): boolean {
    return this.#byClient.size > 0 && clients.some((client) => this.#byClient.has(`${vendor}/${client}`))
  }

  /** Something was appended to the inbox of these clients. */
  wake(vendor: string, clients: readonly string[]): void {
    if (this.#byClient.size === 0) return
    for (const client of clients) for (const group of this.#byClient.get(`${vendor}/${client}`) ?? []) group.wake()
  }

  /** Something may have been appended to any inbox. */
  wakeAll(): void {
    for (const groups of this.#byClient.values()) for (const group of groups) group.wake()
  }

  /** Has a message handled once more. False where there is no such group. */
  async giveAgain(name: QueueName, place: QueuedPlace): Promise<boolean> {
    await this.#stopping.get(keyOf(name))
    const given = await this.parts.queues.giveAgain(name, place)
    const group = await this.#groups.get(keyOf(name))
    group?.giveAgain(place.conversation, place.seq)
    group?.wake()
    return given
  }

  /** Connections that take part in a group now. */
  connections(name: QueueName): number {
    return this.#atWork.get(keyOf(name))?.members.size ?? 0
  }

  /** Called when all sessions have ended. Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all(this.#stopping.values())
  }

  #groupOf(name: QueueName): Promise<QueueGroup> {
    const key = keyOf(name)
    const known = this.#groups.get(key)
    if (known) return known
    const opening = this.#make(name)
    this.#groups.set(key, opening)
    opening.catch(() => this.#groups.delete(key))
    return opening
  }

  async #make(name: QueueName): Promise<QueueGroup> {
    const key = keyOf(name)
    await this.#stopping.get(key)
    const head = await this.parts.inbox.head(name.vendor, name.client)
    const standing = await this.parts.queues.open(name, head.offset)
    const doubtful = this.#known.has(key) ? 0 : head.offset
    this.#known.add(key)
    const group = new QueueGroup(name, standing, { epoch: head.epoch, doubtful }, this.parts)
    this.#atWork.set(key, group)
    const client = `${name.vendor}/${name.client}`
    this.#byClient.set(client, (this.#byClient.get(client) ?? new Set()).add(group))
    return group
  }

  /** The group, which is not put away before `#release`. */
  async #expected(name: QueueName): Promise<QueueGroup> {
    const key = keyOf(name)
    this.#entering.set(key, (this.#entering.get(key) ?? 0) + 1)
    try {
      return await this.#groupOf(name)
    } finally {
      const others = (this.#entering.get(key) ?? 1) - 1
      if (others > 0) this.#entering.set(key, others)
      else this.#entering.delete(key)
    }
  }

  /** A group without connections is put away. */
  #release(name: QueueName, group: QueueGroup): void {
    const key = keyOf(name)
    if (group.members.size > 0 || this.#atWork.get(key) !== group || this.#entering.has(key)) return
    this.#groups.delete(key)
    this.#atWork.delete(key)
    const client = `${name.vendor}/${name.client}`
    const groups = this.#byClient.get(client)
    groups?.delete(group)
    if (groups?.size === 0) this.#byClient.delete(client)
    const stopping = group.stop().finally(() => {
      if (this.#stopping.get(key) === stopping) this.#stopping.delete(key)
    })
    this.#stopping.set(key, stopping)
  }
}

const keyOf = ({ vendor, client, group }: QueueName): string => `${vendor}/${client}/${group}`
