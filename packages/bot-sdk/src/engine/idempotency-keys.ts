import type { AnyActorRef } from 'xstate'
import { pathOf } from './actor-tree.js'
import { digest } from './fingerprint.js'

/** What keys are made of while something runs, as it is stored. */
export interface StoredKeys {
  cause: string
  /** How many were started at each place. */
  starts: Readonly<Record<string, number>>
  /** Of those that run, by place. */
  running: Readonly<Record<string, string>>
}

/** On the actor itself: each turn makes actors, and a `WeakMap` of them is work for who collects garbage. */
const key = Symbol('daakia.key')
type Keyed = AnyActorRef & { [key]?: string }

/**
 * Keys for work that reaches outside. An actor's key is made of what is the same when a turn is tried again: the
 * conversation, the message or timer that led to it, its place in the tree, and how many were started there before.
 */
export class IdempotencyKeys {
  readonly #conversation: string
  /** Of those that ran when the state was stored: they are started again, and are the same work. */
  readonly #resumed: Map<string, string>
  #cause: string
  #starts: Map<string, number>
  #isRestoring = false

  constructor(conversation: string, stored?: StoredKeys) {
    this.#conversation = conversation
    this.#resumed = new Map(Object.entries(stored?.running ?? {}))
    this.#cause = stored?.cause ?? ''
    this.#starts = new Map(Object.entries(stored?.starts ?? {}))
  }

  /** What is started from here on is due to `cause`. */
  attributeTo(cause: string): void {
    this.#cause = cause
    this.#starts = new Map()
  }

  /** Actors that `restore` makes have been started before: they count no more. */
  restoring<TRoot>(restore: () => TRoot): TRoot {
    this.#isRestoring = true
    try {
      return restore()
    } finally {
      this.#isRestoring = false
    }
  }

  made(actor: AnyActorRef): void {
    const place = placeOf(actor)
    const resumed = this.#resumed.get(place)
    this.#resumed.delete(place)
    ;(actor as Keyed)[key] = resumed ?? this.#keyOf(place, this.#isRestoring ? 0 : this.#start(place))
  }

  #start(place: string): number {
    const start = (this.#starts.get(place) ?? 0) + 1
    this.#starts.set(place, start)
    return start
  }

  #keyOf(place: string, start: number): string {
    return [this.#conversation, this.#cause, place, start].join(':')
  }

  /** One of several; the same one when the work is done again for the same cause. */
  choose(from: readonly [string, ...string[]]): string {
    const at = Number.parseInt(digest([this.#conversation, this.#cause, from]), 16) % from.length
    return from[at] ?? from[0]
  }

  of(actor: AnyActorRef): string | undefined {
    return (actor as Keyed)[key]
  }

  /** What makes the same keys after a restart, with `running` under way. */
  stored(running: readonly AnyActorRef[]): StoredKeys {
    return {
      cause: this.#cause,
      starts: Object.fromEntries(this.#starts),
      running: Object.fromEntries(running.map((actor) => [placeOf(actor), this.of(actor) ?? ''])),
    }
  }
}

const placeOf = (actor: AnyActorRef): string => pathOf(actor).join('/')
