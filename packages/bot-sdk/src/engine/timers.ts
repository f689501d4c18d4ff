import { escapeName } from '@daakia/protocol'
import type { AnyActorRef, AnyEventObject } from 'xstate'
import { type ActorPath, actorAt, isInTree, pathOf } from './actor-tree.js'
import type { StoredTimer } from './port.js'
import { isPauseTimer } from './voice.js'
import { relay, type Scheduler } from './xstate-internals.js'

interface Timer {
  source: AnyActorRef
  target: AnyActorRef
  name: string
  event: AnyEventObject
  due: number
}

/**
 * The timers of a run, in place of XState's own, which it neither restores nor keeps longer than 2^31 ms. Nothing fires
 * by itself: the server says what is due.
 */
export class Timers implements Scheduler {
  readonly #timers = new Map<string, Timer>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Set again under the same id, a timer replaces the one before. */
  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delayMs: number, id?: string): void {
    const name = id ?? this.#freeName(source)
    this.#timers.set(timerId(pathOf(source), name), { source, target, name, event, due: this.#now() + delayMs })
  }

  cancel(source: AnyActorRef, name: string): void {
    this.#timers.delete(timerId(pathOf(source), name))
  }

  cancelAll(source: AnyActorRef): void {
    for (const [id, timer] of this.#timers) if (timer.source === source) this.#timers.delete(id)
  }

  /** Takes up timers that were stored, under a tree that was restored. */
  takeUp(stored: readonly StoredTimer[], root: AnyActorRef): void {
    for (const { id, name, event, due, ...paths } of stored) {
      if (isPauseTimer(id)) continue
      const source = actorAt(root, paths.source)
      const target = actorAt(root, paths.target)
      if (source && target) this.#timers.set(id, { source, target, name, event, due })
    }
  }

  /** Those that are set, earliest first. One whose target is gone would be sent to nobody: it is left out. */
  list(root: AnyActorRef): readonly StoredTimer[] {
    return [...this.#timers]
      .filter(([, { target }]) => isInTree(root, target))
      .map(([id, { source, target, name, event, due }]) => ({
        id,
        source: pathOf(source),
        target: pathOf(target),
        name,
        event,
        due,
      }))
      .sort((one, other) => one.due - other.due)
  }

  fire(id: string, root: AnyActorRef): void {
    const timer = this.#timers.get(id)
    this.#timers.delete(id)
    if (timer && isInTree(root, timer.target)) relay(timer.source, timer.target, timer.event)
  }

  /** XState would make one up at random; a name has to come out the same when a turn is tried again. */
  #freeName(source: AnyActorRef): string {
    const path = pathOf(source)
    for (let n = 1; ; n++) if (!this.#timers.has(timerId(path, `${n}`))) return `${n}`
  }
}

export const timerId = (source: ActorPath, name: string): string => [...source, name].map(escapeName).join('/')
