import type { Alarm } from '@daakia/protocol'
import type { Item, Lane } from './lane.js'
import type { Taker } from './taker.js'

/** A message on its way to a connection, until that has acknowledged it. */
export interface Flight {
  readonly lane: Lane
  readonly item: Item
  readonly member: Member
  lease: Alarm | undefined
  /** Its lease has run out, or its connection gone: the message is another's. */
  over: boolean
}

export interface MemberTerms {
  filter: string
  identifier?: number
  /** Messages that it takes at once. */
  capacity: number
}

/** A connection that takes part in a queue. */
export class Member {
  readonly flights = new Set<Flight>()
  /** It has let a lease run out, and was not heard of since. */
  stalled = false
  /** Its client takes no more packets at the moment. */
  blocked = false
  /** It has unsubscribed: it may acknowledge what it has. */
  leaving = false

  constructor(
    readonly session: Taker,
    public terms: MemberTerms,
  ) {}

  get hasRoom(): boolean {
    return !this.leaving && !this.blocked && !this.session.closed && this.flights.size < this.terms.capacity
  }
}

/** Those who may be given something: who does not answer gets nothing else while there are others that do. */
export const takersOf = (members: ReadonlySet<Member>): Member[] => {
  const all = [...members].filter(({ leaving }) => !leaving)
  const alive = all.filter(({ stalled }) => !stalled)
  return (alive.length > 0 ? alive : all).filter(({ hasRoom }) => hasRoom)
}
