import type { ServiceInfo } from '@daakia/protocol'
import type { Instance } from './instance.js'
import type { OpenCall } from './open-call.js'

/** A service with at least one instance. */
export class Service {
  /** The one that was given a call least recently comes first. */
  readonly instances: Instance[] = []
  /** Calls that no instance has room for, in the order of their arrival. */
  readonly waiting = new Set<OpenCall>()
  waitingBytes = 0

  constructor(readonly name: string) {}

  get info(): ServiceInfo {
    const newest = this.#newest()
    const { version, description, methods } = newest?.announcement ?? {}
    return {
      service: this.name,
      instances: this.instances.length,
      ...(version !== undefined && { version }),
      ...(description !== undefined && { description }),
      ...(methods && { methods }),
    }
  }

  /** Whether some instance has the method, or may have it. */
  has(method: string): boolean {
    return this.instances.some((instance) => instance.has(method))
  }

  /** The instance with the fewest calls of those that have the method and room; among equals, they take turns. */
  choose(method: string, usualCapacity: number): Instance | undefined {
    let best: Instance | undefined
    for (const instance of this.instances)
      if (instance.has(method) && instance.room(usualCapacity) > 0 && (!best || instance.calls.size < best.calls.size))
        best = instance
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

  /** The newest instance that says what it does, for while there are several versions: what it has is there to stay. */
  #newest(): Instance | undefined {
    const newestFirst = this.instances.toSorted((one, other) => other.announced - one.announced)
    return newestFirst.find(({ announcement }) => announcement.methods) ?? newestFirst[0]
  }

  #last(instance: Instance): void {
    this.instances.splice(this.instances.indexOf(instance), 1)
    this.instances.push(instance)
  }
}
