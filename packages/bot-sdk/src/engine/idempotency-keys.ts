import type { AnyActorRef } from 'xstate'
import { pathOf } from './actor-tree.js'

/**
 * Keys for work that reaches outside. An actor's key is made of what is the same when a turn is tried again: the
 * conversation, the message or timer that led to it, its place in the tree, and how many were started there before.
 */
export class IdempotencyKeys {
  readonly #keys = new WeakMap<AnyActorRef, string>()
  readonly #conversation: string
  #cause = ''
  #starts = new Map<string, number>()

  constructor(conversation: string) {
    this.#conversation = conversation
  }

  /** What is started from here on is due to `cause`. */
  attributeTo(cause: string): void {
    this.#cause = cause
    this.#starts = new Map()
  }

  started(actor: AnyActorRef): void {
    const place = pathOf(actor).join('/')
    const start = (this.#starts.get(place) ?? 0) + 1
    this.#starts.set(place, start)
    this.#keys.set(actor, [this.#conversation, this.#cause, place, start].join(':'))
  }

  of(actor: AnyActorRef): string | undefined {
    return this.#keys.get(actor)
  }
}
