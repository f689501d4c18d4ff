import type { Instance } from './instance.js'
import type { OpenCall } from './open-call.js'

/** A service with at least one instance. */
export class Service {
  /** The one that was given a call least recently comes first. */
  readonly instances: Instance[] = []
  /** Calls that no instance has room for, in the order of their arrival. */
  readonly waiting = new Set<OpenCall>()
  waitingBytes = 0

  /** The instance with the fewest calls of those that have room; among equals, they take turns. */
  choose(usualCapacity: number): Instance | undefined {
    let best: Instance | undefined
    for (const instance of this.instances)
      if (instance.room(usualCapacity) > 0 && (!best || instance.calls.size < best.calls.size)) best = instance
    if (best) this.#last(best)
    return best
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

  #last(instance: Instance): void {
    this.instances.splice(this.instances.indexOf(instance), 1)
    this.instances.push(instance)
  }
}
