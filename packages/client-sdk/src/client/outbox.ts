import type { Alarm, Clock } from '@daakia/protocol'
import { type Deferred, deferred } from '../deferred.js'
import { Closed, NotKept, Refused, RpcFailure } from '../errors.js'
import type { Backoff } from '../link/backoff.js'
import type { Link } from '../link/port.js'
import type { Stop } from '../listeners.js'
import type { TransportMessage } from '../transport/port.js'
import type { Message } from './message.js'
import { Unsent } from './unsent.js'

interface Outgoing extends Named {
  readonly key: string
  readonly message: TransportMessage
  readonly committed: Deferred<Message>
  mayBeOld: boolean
  /** For good. */
  isRefused?: true
  /** Goes off where its own copy is late. */
  late?: Alarm
}

/** What is to be sent, and under which name. */
export interface Named {
  readonly conversation: string
  readonly id: string
  /** The id was not made for this: the message may have been sent before, also by another client of the same name. */
  readonly mayBeOld: boolean
}

export interface OutboxParts {
  link: Link
  clock: Clock
  /** How long to wait where the server takes nothing for now. */
  backoff: Backoff
  /** Looks for an own message in the journal of a conversation. */
  find(conversation: string, id: string): Promise<Message | undefined>
}

/** A copy comes with the acknowledgement; one that takes longer may have come before this client listened. */
const lateAfterMs = 1_000

/** The server takes it later: it has no room, does not reach its store, or was sent too much at once. */
const notNow = 0x97

/** What names a message among all those of one sender. */
const keyOf = (conversation: string, id: string) => `${conversation}/${id}`

/**
 * What is to be said, in order. It is kept until the server has acknowledged it, and sent again on each new connection
 * with the id that it got in the beginning, by which the server knows it again: a retry is never a second message. What is
 * refused for now is sent again, too, on the same connection and with all that was said after it: of an earlier copy nobody
 * knows whether it was taken.
 */
export class Outbox {
  readonly #link: Link
  readonly #parts: OutboxParts
  /** Not acknowledged yet. */
  readonly #unsent = new Unsent<Outgoing>()
  /** Acknowledged, and its own copy not heard yet. */
  readonly #unheard = new Map<string, Outgoing>()
  readonly #stop: Stop
  #idle: Deferred<void> | undefined
  /** Something was refused for now: until this goes off, what is said waits behind it. */
  #later: Alarm | undefined

  constructor(parts: OutboxParts) {
    const { link } = parts
    this.#parts = parts
    this.#link = link
    this.#stop = link.onStatus(({ state }) => state === 'online' && this.#sendAgain())
  }

  /** Resolves with the message as its sender's own copy brings it. @throws Refused, Closed */
  send(named: Named, message: TransportMessage): Promise<Message> {
    const key = keyOf(named.conversation, named.id)
    const same = this.#unsent.get(key) ?? this.#unheard.get(key)
    if (same) return same.committed.promise
    const outgoing = { ...named, key, message, committed: deferred<Message>() }
    const before = this.#unsent.add(outgoing)
    const { state } = this.#link.status
    // A link that is closed says why; one that is on its way tells when it is there.
    if ((state === 'online' && !this.#later) || state === 'closed') void this.#transmit(outgoing, before)
    return outgoing.committed.promise
  }

  /** A message of mine was heard: it is committed. */
  heard(message: Message): void {
    const key = keyOf(message.conversation, message.id)
    const outgoing = this.#unsent.get(key) ?? this.#unheard.get(key)
    this.#unheard.delete(key)
    this.#leave(key)
    outgoing?.late?.cancel()
    outgoing?.committed.resolve(message)
  }

  /** Resolves when all is acknowledged or refused. */
  async empty(): Promise<void> {
    if (this.#unsent.size === 0) return
    this.#idle ??= deferred()
    await this.#idle.promise
  }

  /** The inbox began anew: whether what was acknowledged is still there, and will be heard, is not known. */
  doubt(): void {
    const unsent = [...this.#unheard.values(), ...this.#unsent.values()]
    this.#unsent.clear()
    for (const outgoing of unsent) {
      outgoing.late?.cancel()
      outgoing.mayBeOld = true
      this.#unsent.add(outgoing)
    }
    this.#unheard.clear()
    if (this.#link.status.state === 'online') this.#sendAgain()
  }

  /** Gives up what was not heard yet. */
  abandon(error: Error): void {
    this.#stop()
    this.#later?.cancel()
    for (const { committed, late } of [...this.#unsent.values(), ...this.#unheard.values()]) {
      late?.cancel()
      committed.reject(error)
    }
    for (const { key } of [...this.#unsent.values()]) this.#leave(key)
    this.#unheard.clear()
  }

  #sendAgain(): void {
    this.#later?.cancel()
    this.#later = undefined
    const newest = new Map<string, Outgoing>()
    for (const outgoing of this.#unsent.values()) {
      void this.#transmit(outgoing, newest.get(outgoing.conversation))
      newest.set(outgoing.conversation, outgoing)
    }
  }

  /** The server takes it only after the one before it, which it may have refused for now. */
  async #transmit(outgoing: Outgoing, before: Outgoing | undefined): Promise<void> {
    const message = before ? after(before.id, outgoing.message) : outgoing.message
    try {
      await this.#link.publish(message, { qos: 1 })
      this.#acknowledged(outgoing)
    } catch (error) {
      // Anything else is a connection that was lost: it goes again with the next one.
      if (error instanceof Refused && error.reasonCode === notNow) this.#refusedForNow(outgoing, before)
      else if (error instanceof Refused || error instanceof Closed) this.#refused(outgoing, error)
    }
  }

  #refusedForNow(outgoing: Outgoing, before: Outgoing | undefined): void {
    // Another copy of it was taken meanwhile, or it was given up.
    if (!this.#unsent.has(outgoing)) return
    // That it had to come after the one before it was all that was in its way.
    if (before?.isRefused) this.#sendAgain()
    else this.#sendLater()
  }

  #sendLater(): void {
    this.#later ??= this.#parts.clock.after(this.#parts.backoff.next(), () => {
      this.#later = undefined
      if (this.#link.status.state === 'online') this.#sendAgain()
    })
  }

  #acknowledged(outgoing: Outgoing): void {
    this.#parts.backoff.reset()
    if (this.#unsent.has(outgoing)) this.#await(outgoing)
    this.#leave(outgoing.key)
  }

  #await(outgoing: Outgoing): void {
    this.#unheard.set(outgoing.key, outgoing)
    if (outgoing.mayBeOld) outgoing.late = this.#parts.clock.after(lateAfterMs, () => void this.#lookFor(outgoing))
  }

  async #lookFor(outgoing: Outgoing): Promise<void> {
    try {
      const message = await this.#parts.find(outgoing.conversation, outgoing.id)
      if (message) this.heard(message)
      else this.#lost(outgoing, new NotKept(`The message ${outgoing.id} was taken before, and is not kept any more`))
    } catch (error) {
      if (error instanceof RpcFailure) this.#lost(outgoing, error)
      else if (this.#unheard.has(outgoing.key)) this.#await(outgoing)
    }
  }

  /** It was acknowledged, and its copy will not come. */
  #lost({ key, committed }: Outgoing, error: Error): void {
    if (this.#unheard.delete(key)) committed.reject(error)
  }

  #refused(outgoing: Outgoing, error: Error): void {
    outgoing.isRefused = true
    this.#leave(outgoing.key)
    outgoing.committed.reject(error)
  }

  #leave(key: string): void {
    this.#unsent.remove(key)
    if (this.#unsent.size > 0) return
    this.#later?.cancel()
    this.#later = undefined
    this.#idle?.resolve()
    this.#idle = undefined
  }
}

const after = (id: string, message: TransportMessage): TransportMessage => ({
  ...message,
  userProperties: [...(message.userProperties ?? []), ['after', id]],
})
