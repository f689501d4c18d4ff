import type { ServiceInfo } from '@daakia/protocol'
import type { Elsewhere } from './elsewhere.js'
import type { Instance } from './instance.js'
import { type Announced, newestOf } from './offer.js'
import type { OpenCall } from './open-call.js'
import type { NewCall } from './port.js'

/** A service with at least one instance, here or on another node. */
export class Service {
  /** Those of this node. The one that was given a call least recently comes first. */
  readonly instances: Instance[] = []
  /** Those of others, by node. The one that was given a call least recently comes first. */
  readonly elsewhere = new Map<string, Elsewhere>()
  /** Calls that nobody has room for, in the order of their arrival. */
  readonly waiting = new Set<OpenCall>()
  waitingBytes = 0

  constructor(readonly name: string) {}

  get empty(): boolean {
    return this.instances.length === 0 && this.elsewhere.size === 0
  }

  get info(): ServiceInfo {
    const offers = [...this.elsewhere.values()].map(({ offer }) => offer)
    const newest = newestOf<Announced>([...this.instances, ...offers.map((offer) => offer.newest)])
    const { version, description, methods } = newest?.announcement ?? {}
    return {
      service: this.name,
      instances: offers.reduce((sum, { instances }) => sum + instances, this.instances.length),
      ...(version !== undefined && { version }),
      ...(description !== undefined && { description }),
      ...(methods && { methods }),
    }
  }

  /** Whether somebody has the method, or may have it, of those to whom the call may go. */
  has({ method, isFromElsewhere }: NewCall): boolean {
    for (const instance of this.instances) if (instance.has(method)) return true
    if (isFromElsewhere) return false
    for (const elsewhere of this.elsewhere.values()) if (elsewhere.has(method)) return true
    return false
  }

  /** Whether nobody is there to whom the call may go, whatever its method. */
  isClosedTo({ isFromElsewhere }: NewCall): boolean {
    return isFromElsewhere ? this.instances.length === 0 : this.empty
  }

  /**
   * Of the instances here that have the method and room, the one with the fewest calls; or another node, where that has
   * less to do for what it takes at once. Among equals, they take turns.
   */
  choose({ method, isFromElsewhere }: NewCall, usualCapacity: number): Instance | Elsewhere | undefined {
    const own = this.#chooseOwn(method, usualCapacity)
    const other = isFromElsewhere || this.elsewhere.size === 0 ? undefined : this.#chooseOther(method)
    if (other && (!own || other.load(method) < this.#ownLoad(method, usualCapacity))) {
      this.elsewhere.delete(other.node)
      this.elsewhere.set(other.node, other)
      return other
    }
    if (own) this.#last(own)
    return own
  }

  hasRoom(usualCapacity: number): boolean {
    if (this.instances.some((each) => each.room(usualCapacity) > 0)) return true
    return [...this.elsewhere.values()].some((each) => each.hasRoom)
  }

  wait(call: OpenCall): void {
    this.waiting.add(call)
    this.waitingBytes += call.asked.content.payload.length
  }

  /** False where it does not wait. */
  waitNoMore(call: OpenCall): boolean {
    if (!this.waiting.delete(call)) return false
    this.waitingBytes -= call.asked.content.payload.length
    return true
  }

  #chooseOwn(method: string, usualCapacity: number): Instance | undefined {
    let best: Instance | undefined
    for (const instance of this.instances)
      if (instance.has(method) && instance.room(usualCapacity) > 0 && (!best || instance.calls.size < best.calls.size))
        best = instance
    return best
  }

  #chooseOther(method: string): Elsewhere | undefined {
    let best: { load: number; elsewhere: Elsewhere } | undefined
    for (const elsewhere of this.elsewhere.values()) {
      const load = elsewhere.load(method)
      if (load < (best?.load ?? 1)) best = { load, elsewhere }
    }
    return best?.elsewhere
  }

  #ownLoad(method: string, usualCapacity: number): number {
    let [calls, capacity] = [0, 0]
    for (const instance of this.instances) {
      if (!instance.has(method)) continue
      calls += instance.calls.size
      capacity += instance.announcement.capacity ?? usualCapacity
    }
    return calls / capacity
  }

  #last(instance: Instance): void {
    this.instances.splice(this.instances.indexOf(instance), 1)
    this.instances.push(instance)
  }
}
