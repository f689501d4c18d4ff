import type { Letters } from '../../peers/port.js'
import { Member } from './member.js'
import type { QueueName } from './port.js'
import type { QueueGroup } from './queue-group.js'
import type { QueueLetter, ToOwner } from './queue-letters.js'
import { RemoteTaker } from './remote-taker.js'

type Entering = ToOwner & { kind: 'enter' }

interface RemoteMember {
  name: QueueName
  group: QueueGroup
  member: Member
  taker: RemoteTaker
}

export interface OwnedMembersParts {
  letters(): Letters<QueueLetter>
  /** The group, where this node works on it. */
  groupOf(name: QueueName): Promise<QueueGroup | undefined>
  /** Members have come or gone. */
  changed(name: QueueName, group: QueueGroup): void
}

/** Connections of other nodes that take part in groups of this one. */
export class OwnedMembers {
  /** By node, and then by the name that it has given them. */
  readonly #nodes = new Map<string, Map<number, RemoteMember>>()

  constructor(private readonly parts: OwnedMembersParts) {}

  async enter(letter: Entering, from: string): Promise<void> {
    const { name, member: id, connection, terms, holds } = letter
    const group = await this.parts.groupOf(name)
    if (!group) return this.parts.letters().send(from, { kind: 'disowned', member: id })
    const known = this.#get(from, id)
    if (known && known.group !== group) this.#remove(from, id)
    const remote = known?.group === group ? known : this.#add(from, id, { name, group, connection })
    Object.assign(remote.member, { terms, leaving: false })
    remote.taker.reconcile(holds)
    group.enter(remote.member)
    this.parts.letters().send(from, { kind: 'entered', member: id })
    this.parts.changed(name, group)
  }

  hear(letter: Exclude<ToOwner, Entering>, from: string): void {
    const remote = this.#get(from, letter.member)
    if (!remote) return
    if (letter.kind === 'acknowledged') remote.taker.acknowledged(letter.flight, letter.refused)
    else if (letter.kind === 'full') remote.taker.full(letter.flight)
    else if (letter.kind === 'room') remote.taker.room()
    else if (letter.kind === 'retire') this.#retire(remote)
    else this.#lose(from, letter.member)
  }

  /** The node is gone, and its connections with it. */
  lost(node: string): void {
    for (const id of [...(this.#nodes.get(node)?.keys() ?? [])]) this.#lose(node, id)
  }

  /** The group is not of this node any more: those who take part go where it is now. */
  disown(group: QueueGroup): void {
    for (const [node, members] of this.#nodes)
      for (const [id, remote] of members) {
        if (remote.group !== group) continue
        this.#remove(node, id)
        this.parts.letters().send(node, { kind: 'disowned', member: id })
      }
  }

  #get(node: string, id: number): RemoteMember | undefined {
    return this.#nodes.get(node)?.get(id)
  }

  #add(
    node: string,
    id: number,
    { name, group, connection }: { name: QueueName; group: QueueGroup; connection: string },
  ): RemoteMember {
    const taker = new RemoteTaker({ connection }, (flight, delivery) =>
      this.parts.letters().send(node, { kind: 'give', member: id, flight, delivery }),
    )
    const member = new Member(taker, { filter: '', capacity: 0 })
    const remote = { name, group, member, taker }
    const members = this.#nodes.get(node) ?? new Map<number, RemoteMember>()
    this.#nodes.set(node, members.set(id, remote))
    return remote
  }

  #retire({ name, group, member }: RemoteMember): void {
    group.retire(member)
    this.parts.changed(name, group)
  }

  #lose(node: string, id: number): void {
    const remote = this.#remove(node, id)
    if (!remote) return
    remote.taker.closed = true
    remote.group.lose(remote.member)
    this.parts.changed(remote.name, remote.group)
  }

  #remove(node: string, id: number): RemoteMember | undefined {
    const members = this.#nodes.get(node)
    const remote = members?.get(id)
    members?.delete(id)
    if (members?.size === 0) this.#nodes.delete(node)
    return remote
  }
}
