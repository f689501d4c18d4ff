import { CallTokens } from './call-tokens.js'
import type { Offer } from './offer.js'
import type { OpenCall } from './open-call.js'

/** The instances of a service on another node, to which calls go by letter: that node chooses among them. */
export class Elsewhere {
  /** The calls that it has of this node. */
  readonly calls = new Set<OpenCall>()
  readonly ids: CallTokens

  constructor(
    readonly node: string,
    readonly service: string,
    public offer: Offer,
    token: string,
  ) {
    this.ids = new CallTokens(token)
  }

  has(method: string): boolean {
    return this.offer.groups.some(({ methods }) => !methods || methods.includes(method))
  }

  get hasRoom(): boolean {
    return this.calls.size < this.offer.groups.reduce((sum, { capacity }) => sum + capacity, 0)
  }

  /** How much of what it takes of such calls at once it has of this node: 1 and more is all. */
  load(method: string): number {
    let capacity = 0
    for (const group of this.offer.groups)
      if (!group.methods || group.methods.includes(method)) capacity += group.capacity
    return capacity === 0 ? 1 : this.calls.size / capacity
  }
}
