import type { Position } from '@daakia/protocol'
import type { LiveSession } from '../../broker/exchange/port.js'
import type { Letters, Peers } from '../../peers/port.js'
import type { Inbox } from '../port.js'
import { placeOf } from '../reader/index.js'
import { GroupElsewhere } from './group-elsewhere.js'
import { GroupSizes } from './group-sizes.js'
import { GroupsAtWork, type Work } from './groups-at-work.js'
import { keyOf } from './key-of.js'
import { Member, type MemberTerms } from './member.js'
import { OwnedMembers } from './owned-members.js'
import type { QueueGroupParts } from './parts.js'
import type { QueuedPlace, QueueName, QueueOwner, Queues } from './port.js'
import { QueueGroup } from './queue-group.js'
import type { QueueLetter, ToMember } from './queue-letters.js'

export interface QueueGroupsParts extends QueueGroupParts {
  peers: Peers
  /** Makes what nobody else has made. */
  makeToken(): string
  inbox: Pick<Inbox, 'read' | 'head'>
  queues: Queues
}

/** After a failure it is tried again so much later. */
const patienceMs = 1_000

/** A session's part in a group. */
interface Part {
  readonly name: QueueName
  member: Member
  /** Absent until the group is at work, here or elsewhere. */
  group?: Work | undefined
}

/** The groups that have connections. Those that have none wait in the store, and cost no memory. */
export class QueueGroups {
  readonly #groups = new Map<string, Promise<Work>>()
  readonly #stopping = new Map<string, Promise<void>>()
  /** By session, and then by filter. */
  readonly #parts = new Map<LiveSession, Map<string, Part>>()
  readonly #atWork = new GroupsAtWork()
  /** How many are about to enter a group. */
  readonly #entering = new Map<string, number>()
  /** Groups that this server has worked on: of these it knows what was sent. */
  readonly #known = new Set<string>()
  readonly #letters: Letters<QueueLetter>
  readonly #owned: OwnedMembers
  readonly #sizes: GroupSizes
  readonly #stopHearing: () => void
  #ids = 0

  constructor(private readonly parts: QueueGroupsParts) {
    this.#owned = new OwnedMembers({
      letters: () => this.#letters,
      groupOf: (name) => this.#ownGroup(name),
      changed: (name, group) => {
        this.#resized(name, group)
        this.#release(name, group)
      },
    })
    this.#letters = parts.peers.open<QueueLetter>('queues', {
      hear: (letter, from) => this.#hear(letter, from),
      missed: () => this.#missed(),
    })
    this.#sizes = new GroupSizes(parts.peers, this.#letters)
    this.#stopHearing = parts.peers.onChange(({ joined, left }) => {
      for (const node of left) this.#lost(node)
      if (joined.length > 0) this.#tellSizes()
    })
  }

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
    await this.#join(session, terms.filter, part)
  }

  /** Whether it took part. */
  leave(session: LiveSession, filter: string): boolean {
    const own = this.#parts.get(session)
    const part = own?.get(filter)
    if (!own || !part) return false
    const { group } = part
    group?.retire(part.member)
    if (group) this.#resized(part.name, group)
    // What it has is waited for until its connection ends.
    if (part.group?.isBusy(part.member)) return true
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
      if (group) this.#resized(name, group)
      if (group) this.#release(name, group)
    }
  }

  /** Whether a group of one of these clients is at work. */
  has(vendor: string, clients: readonly string[]): boolean {
    return this.#atWork.has(vendor, clients)
  }

  /** Something was appended to the inbox of these clients. */
  wake(vendor: string, clients: readonly string[]): void {
    this.#atWork.wake(vendor, clients)
  }

  /** Something may have been appended to any inbox. */
  wakeAll(): void {
    for (const group of this.#atWork.own) group.wake()
  }

  /** What is stored of these clients has gone back to an earlier moment: their groups go on from what is there. */
  wentBack(isConcerned: (vendor: string, client: string) => boolean): void {
    for (const group of this.#atWork.own) if (isConcerned(group.name.vendor, group.name.client)) group.wentBack()
  }

  /** Has a message handled once more. False where there is no such group. */
  async giveAgain(name: QueueName, place: QueuedPlace): Promise<boolean> {
    await this.#stopping.get(keyOf(name))
    const given = await this.parts.queues.giveAgain(name, place)
    await this.#giveAgainHere(name, place)
    this.#letters.tell({ kind: 'again', name, place })
    return given
  }

  /** Connections that take part in a group now. */
  connections(name: QueueName): number {
    const group = this.#atWork.get(name)
    return group instanceof QueueGroup ? group.members.size : this.#sizes.elsewhere(name)
  }

  /** Called when all sessions have ended. Resolves when all is written. */
  async close(): Promise<void> {
    this.#stopHearing()
    // Those of other nodes go on where another has them.
    for (const group of this.#atWork.all) await group.stop()
    for (const group of this.#atWork.own) this.#owned.disown(group)
    await Promise.all(this.#stopping.values())
    this.#letters.close()
  }

  async #join(session: LiveSession, filter: string, part: Part, over?: string): Promise<void> {
    const group = await this.#expected(part.name, over)
    if (this.#parts.get(session)?.get(filter) === part && !part.group) part.group = group
    if (part.group === group && this.#parts.get(session)?.get(filter) === part) {
      group.enter(part.member)
      this.#resized(part.name, group)
    }
    this.#release(part.name, group)
  }

  /** The group has another owner, or none: its connections take part where it is now. */
  #reopen(name: QueueName, group: Work, over?: string): void {
    if (this.#atWork.get(name) !== group) return
    this.#forget(group)
    void group.stop()
    for (const [session, own] of this.#parts)
      for (const [filter, part] of own) {
        if (part.group !== group) continue
        part.group = undefined
        part.member = new Member(session, part.member.terms)
        this.#rejoin(session, filter, part, over)
      }
  }

  /** Tries it again for as long as the store is away. */
  #rejoin(session: LiveSession, filter: string, part: Part, over?: string): void {
    this.#join(session, filter, part, over).catch((error) => {
      this.parts.failed(error)
      this.parts.clock.after(patienceMs, () => {
        if (this.#parts.get(session)?.get(filter) === part) this.#rejoin(session, filter, part, over)
      })
    })
  }

  /** The owner does not answer: it is slow, or its letters were lost, or it is gone. */
  async #ask(group: GroupElsewhere): Promise<void> {
    if (await this.parts.peers.isAlive(group.owner.node)) group.missed()
    else this.#reopen(group.name, group)
  }

  #groupOf(name: QueueName, over?: string): Promise<Work> {
    const key = keyOf(name)
    const known = this.#groups.get(key)
    if (known) return known
    const opening = this.#make(name, over)
    this.#groups.set(key, opening)
    opening.catch(() => this.#groups.delete(key))
    return opening
  }

  async #make(name: QueueName, over?: string): Promise<Work> {
    const { clock, peers } = this.parts
    const key = keyOf(name)
    await this.#stopping.get(key)
    const { owner, isTaken } = await this.#ownerOf(name, over)
    if (owner.node === peers.node) return this.#work(name, owner.token, isTaken)
    const group = new GroupElsewhere(name, owner, {
      clock,
      letters: () => this.#letters,
      nextId: () => ++this.#ids,
      disowned: (there) => this.#reopen(name, there, there.owner.token),
      unanswered: (there) => this.#ask(there).catch(this.parts.failed),
    })
    this.#atWork.add(group)
    return group
  }

  /** Who works on it: one that is alive, or this node. `isTaken`: from another one, which nobody can ask. */
  async #ownerOf(name: QueueName, over?: string): Promise<{ owner: QueueOwner; isTaken: boolean }> {
    const { peers, queues, makeToken } = this.parts
    const claimant = { node: peers.node, token: makeToken() }
    let taken = over
    for (;;) {
      const owner = await queues.claim(name, claimant, taken)
      if (owner.token === claimant.token) return { owner, isTaken: taken !== undefined }
      if (owner.node === peers.node || (await peers.isAlive(owner.node))) return { owner, isTaken: false }
      taken = owner.token
    }
  }

  async #work(name: QueueName, token: string, isTaken: boolean): Promise<QueueGroup> {
    const key = keyOf(name)
    const head = await this.parts.inbox.head(name.vendor, name.client)
    const standing = await this.parts.queues.open(name, head.offset)
    const doubtful = this.#known.has(key) && !isTaken ? 0 : head.offset
    this.#known.add(key)
    const disowned = () => {
      this.#owned.disown(group)
      this.#reopen(name, group)
    }
    const work = { epoch: head.epoch, doubtful, token, disowned }
    const group: QueueGroup = new QueueGroup(name, standing, work, this.parts)
    this.#atWork.add(group)
    return group
  }

  /** The group, which is not put away before `#release`. */
  async #expected(name: QueueName, over?: string): Promise<Work> {
    const key = keyOf(name)
    this.#entering.set(key, (this.#entering.get(key) ?? 0) + 1)
    try {
      return await this.#groupOf(name, over)
    } finally {
      const others = (this.#entering.get(key) ?? 1) - 1
      if (others > 0) this.#entering.set(key, others)
      else this.#entering.delete(key)
    }
  }

  /** A group without connections is put away. */
  #release(name: QueueName, group: Work): void {
    const key = keyOf(name)
    if (group.members.size > 0 || this.#atWork.get(name) !== group || this.#entering.has(key)) return
    this.#forget(group)
    const stopping = group.stop().finally(() => {
      if (this.#stopping.get(key) === stopping) this.#stopping.delete(key)
    })
    this.#stopping.set(key, stopping)
  }

  #forget(group: Work): void {
    this.#groups.delete(keyOf(group.name))
    this.#atWork.remove(group)
  }

  /** The group, where this node works on it; not before what it has written of it is written. */
  async #ownGroup(name: QueueName): Promise<QueueGroup | undefined> {
    await this.#stopping.get(keyOf(name))
    const group = await this.#groups.get(keyOf(name))
    return group instanceof QueueGroup ? group : undefined
  }

  async #giveAgainHere(name: QueueName, { conversation, seq }: QueuedPlace): Promise<void> {
    const group = await this.#ownGroup(name)
    group?.giveAgain(conversation, seq)
    group?.wake()
  }

  #hear(letter: QueueLetter, from: string): void {
    if (letter.kind === 'enter') this.#owned.enter(letter, from).catch(this.parts.failed)
    else if (letter.kind === 'again') this.#giveAgainHere(letter.name, letter.place).catch(this.parts.failed)
    else if (letter.kind === 'size') this.#sizes.learn(letter, from)
    else if (letter.kind === 'entered' || letter.kind === 'disowned' || letter.kind === 'give')
      this.#hearOwner(letter, from)
    else this.#owned.hear(letter, from)
  }

  #hearOwner(letter: ToMember, from: string): void {
    for (const group of this.#atWork.elsewhere)
      if (group.owner.node === from && group.hasMember(letter.member)) {
        group.hear(letter)
        return
      }
    if (letter.kind === 'give') this.#letters.send(from, { kind: 'lose', member: letter.member })
  }

  #lost(node: string): void {
    this.#sizes.lost(node)
    this.#owned.lost(node)
    for (const group of this.#atWork.elsewhere) if (group.owner.node === node) this.#reopen(group.name, group)
  }

  /** Letters were lost, and this node may have been taken for dead. */
  #missed(): void {
    for (const group of this.#atWork.own) group.check()
    for (const group of this.#atWork.elsewhere) group.missed()
    this.#tellSizes()
  }

  #resized(name: QueueName, group: Work): void {
    if (group instanceof QueueGroup) this.#sizes.tell(name, group.members.size)
  }

  #tellSizes(): void {
    for (const group of this.#atWork.own) this.#resized(group.name, group)
  }
}
