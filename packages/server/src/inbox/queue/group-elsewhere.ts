import type { Alarm, Clock } from '@daakia/protocol'
import type { Refused } from '../../broker/exchange/port.js'
import type { Letters } from '../../peers/port.js'
import type { Member } from './member.js'
import type { QueueName, QueueOwner } from './port.js'
import type { QueueLetter, ToMember } from './queue-letters.js'

export interface GroupElsewhereParts {
  clock: Clock
  letters(): Letters<QueueLetter>
  /** Names a connection for the owner. */
  nextId(): number
  /** The owner says that it is none. */
  disowned(group: GroupElsewhere): void
  /** The owner does not answer. */
  unanswered(group: GroupElsewhere): void
}

/** A connection of this node that takes part. */
interface Entry {
  readonly id: number
  readonly holds: Set<number>
  isIn: boolean
}

/** An owner that has not answered within this time is asked for. */
const patienceMs = 2_000

/** A group that another node works on: connections of this one take part by letters. */
export class GroupElsewhere {
  readonly #entries = new Map<Member, Entry>()
  readonly #byId = new Map<number, Member>()
  #alarm: Alarm | undefined

  constructor(
    readonly name: QueueName,
    readonly owner: QueueOwner,
    private readonly parts: GroupElsewhereParts,
  ) {}

  get members(): { readonly size: number } {
    return this.#entries
  }

  enter(member: Member): void {
    const entry = this.#entries.get(member) ?? { id: this.parts.nextId(), holds: new Set(), isIn: false }
    this.#entries.set(member, entry)
    this.#byId.set(entry.id, member)
    this.#announce(member, entry)
  }

  retire(member: Member): void {
    const entry = this.#entries.get(member)
    if (!entry) return
    member.leaving = true
    this.#send({ kind: 'retire', member: entry.id })
    if (entry.holds.size === 0) this.lose(member)
  }

  lose(member: Member): void {
    const entry = this.#entries.get(member)
    if (!entry) return
    this.#entries.delete(member)
    this.#byId.delete(entry.id)
    this.#send({ kind: 'lose', member: entry.id })
  }

  /** It has messages that it has not acknowledged. */
  isBusy(member: Member): boolean {
    return (this.#entries.get(member)?.holds.size ?? 0) > 0
  }

  /** Letters may have been lost. */
  missed(): void {
    for (const [member, entry] of this.#entries) if (!member.leaving) this.#announce(member, entry)
  }

  hasMember(id: number): boolean {
    return this.#byId.has(id)
  }

  hear(letter: ToMember): void {
    const member = this.#byId.get(letter.member)
    const entry = member && this.#entries.get(member)
    if (!entry) return
    if (letter.kind === 'entered') entry.isIn = true
    else if (letter.kind === 'disowned') this.parts.disowned(this)
    else this.#give(member, entry, letter)
  }

  stop(): Promise<void> {
    this.#alarm?.cancel()
    return Promise.resolve()
  }

  #give(member: Member, { id, holds }: Entry, { flight, delivery }: ToMember & { kind: 'give' }): void {
    const acknowledged = (refused?: Refused) => {
      holds.delete(flight)
      this.#send({ kind: 'acknowledged', member: id, flight, ...(refused && { refused }) })
      if (member.leaving && holds.size === 0) this.lose(member)
    }
    holds.add(flight)
    if (member.session.send({ ...delivery, acknowledged })) return
    holds.delete(flight)
    this.#send({ kind: 'full', member: id, flight })
    member.session.whenRoom(() => this.#send({ kind: 'room', member: id }))
  }

  #announce(member: Member, entry: Entry): void {
    const { connection } = member.session.name
    entry.isIn = false
    this.#send({
      ...{ kind: 'enter', name: this.name, member: entry.id, connection },
      ...{ terms: member.terms, holds: [...entry.holds] },
    })
    this.#alarm ??= this.parts.clock.after(patienceMs, () => this.#check(), 'upkeep')
  }

  #check(): void {
    this.#alarm = undefined
    if ([...this.#entries.values()].some(({ isIn }) => !isIn)) this.parts.unanswered(this)
  }

  #send(letter: QueueLetter): void {
    this.parts.letters().send(this.owner.node, letter)
  }
}
