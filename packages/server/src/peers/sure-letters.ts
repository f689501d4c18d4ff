import type { Alarm, Clock } from '@daakia/protocol'
import { Outbox } from './outbox.js'
import type { Letters, Peers } from './port.js'

/** What is done with letters that arrive for sure. */
export interface SureListener<T> {
  hear(letter: T, from: string): void
  /** What a node has to be told that knows nothing yet. */
  introduction(): readonly T[]
  /** What this node has said so far is not true any more: it is gone, or says all of it anew now. */
  forget(node: string): void
  /** This node was given up by another one for a while, as dead: letters of that one are lost. */
  wasGivenUp(by: string): void
}

export interface SureLettersOptions<T> {
  peers: Peers
  clock: Clock
  kind: string
  listener: SureListener<T>
}

/** `again`: the other is asked to introduce itself, which is what comes between `anew` and `said`. */
type Content<T> = { letter: T } | 'again' | 'anew' | 'said'

/** A letter of a stream, with its number, from 1; or up to which one they were heard, and whether those after it are to come again. */
type Sent<T> = [stream: number, number: number, content: Content<T>]
type Heard = [stream: number, upTo: number, resend: boolean]

/** What was heard of another node. */
interface Inbox {
  stream: number
  heard: number
}

const resendAfterMs = 1_000

/**
 * Letters between the nodes of one server that arrive once and in order, as long as both nodes live: what is not known to
 * be heard is sent again. A node that comes is introduced first to what the others have to say.
 */
export class SureLetters<T> {
  readonly #letters: Letters<Sent<T> | Heard>
  readonly #outboxes = new Map<string, Outbox<Content<T>>>()
  readonly #inboxes = new Map<string, Inbox>()
  /** Dead, as far as this node knows. */
  readonly #gone = new Set<string>()
  /** Whom to tell what was heard, when this turn is over; whether something is missing. */
  readonly #toTell = new Map<string, boolean>()
  /** Who waits for a node to have introduced itself. */
  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #stop: () => void
  #streams = 0
  #isClosed = false
  #alarm: Alarm | undefined

  constructor(private readonly options: SureLettersOptions<T>) {
    const { peers, kind } = options
    this.#letters = peers.open(kind, {
      hear: (letter, from) => this.#hear(letter, from),
      missed: () => this.#resendAll(),
    })
    this.#stop = peers.onChange(({ joined, left }) => {
      for (const node of left) this.#left(node)
      for (const node of joined) this.#joined(node)
    })
    for (const node of peers.members) if (node !== peers.node) this.#outboxTo(node)
  }

  /** There is nobody to write to. */
  get isAlone(): boolean {
    return this.#outboxes.size === 0
  }

  /** To one other node. Resolves with whether it was heard: not, where the node is gone. */
  send(to: string, letter: T): Promise<boolean> {
    if (!this.#outboxes.has(to)) return Promise.resolve(false)
    return this.#put(to, { letter })
  }

  /** To all others. */
  tell(letter: T): void {
    for (const to of this.#outboxes.keys()) void this.#put(to, { letter })
  }

  /** Resolves when all that was told before is heard, or the others are gone. */
  async heard(): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.whenHeard()))
  }

  /** Resolves when the others who are there now have introduced themselves, or are gone. */
  async introduced(): Promise<void> {
    await Promise.all([...this.#outboxes.keys()].map((node) => this.#introducedBy(node)))
  }

  #introducedBy(node: string): Promise<void> {
    void this.#put(node, 'again')
    return new Promise((resolve) => this.#waiting.set(node, [...(this.#waiting.get(node) ?? []), resolve]))
  }

  #wasIntroduced(node: string): void {
    for (const resolve of this.#waiting.get(node) ?? []) resolve()
    this.#waiting.delete(node)
  }

  /** From now on nothing is known to be heard, and nobody waits for it. */
  stopWaiting(): void {
    this.#stop()
    this.#alarm?.cancel()
    for (const outbox of this.#outboxes.values()) outbox.giveUp()
    this.#outboxes.clear()
    this.#isClosed = true
    for (const node of [...this.#waiting.keys()]) this.#wasIntroduced(node)
  }

  close(): void {
    this.stopWaiting()
    this.#letters.close()
  }

  #outboxTo(node: string): Outbox<Content<T>> {
    const known = this.#outboxes.get(node)
    if (known) return known
    const outbox = new Outbox<Content<T>>(++this.#streams)
    this.#outboxes.set(node, outbox)
    this.#introduce(node)
    return outbox
  }

  #introduce(node: string): void {
    void this.#put(node, 'anew')
    for (const letter of this.options.listener.introduction()) void this.#put(node, { letter })
    void this.#put(node, 'said')
  }

  #put(to: string, content: Content<T>): Promise<boolean> {
    const outbox = this.#outboxes.get(to) as Outbox<Content<T>>
    const { number, heard } = outbox.put(content)
    this.#letters.send(to, [outbox.stream, number, content])
    this.#watch()
    return heard
  }

  /** Most of what is lost is told to be. For the rest it is looked after now and then, as long as anything is not heard. */
  #watch(): void {
    this.#alarm ??= this.options.clock.after(
      resendAfterMs,
      () => {
        this.#alarm = undefined
        const waiting = [...this.#outboxes].filter(([, outbox]) => outbox.isWaiting)
        for (const [node, outbox] of waiting) if (outbox.isOld()) this.#resend(node, outbox)
        if (waiting.length > 0) this.#watch()
      },
      'upkeep',
    )
  }

  #hear(letter: Sent<T> | Heard, from: string): void {
    if (this.#isClosed || this.#gone.has(from)) return
    if (isHeard(letter)) this.#wasHeard(letter, from)
    else this.#take(letter, from)
  }

  #wasHeard([stream, upTo, resend]: Heard, from: string): void {
    const outbox = this.#outboxes.get(from)
    if (outbox?.stream !== stream) return
    outbox.heard(upTo)
    if (resend) this.#resend(from, outbox)
  }

  #take([stream, number, content]: Sent<T>, from: string): void {
    // One that is not known yet has come.
    this.#outboxTo(from)
    const inbox = this.#inboxOf(from, stream)
    if (!inbox) return
    const isNext = number === inbox.heard + 1
    this.#tellLater(from, number > inbox.heard + 1)
    if (!isNext) return
    inbox.heard = number
    const { listener } = this.options
    if (content === 'anew') listener.forget(from)
    else if (content === 'again') this.#introduce(from)
    else if (content === 'said') this.#wasIntroduced(from)
    else listener.hear(content.letter, from)
  }

  /** `undefined` for a stream that is over. */
  #inboxOf(from: string, stream: number): Inbox | undefined {
    const known = this.#inboxes.get(from)
    if (known && stream < known.stream) return undefined
    if (known?.stream === stream) return known
    const inbox = { stream, heard: 0 }
    this.#inboxes.set(from, inbox)
    if (known) this.options.listener.wasGivenUp(from)
    // Now it hears; it may not have when it was first written to.
    else this.#resend(from, this.#outboxTo(from))
    return inbox
  }

  #tellLater(node: string, resend: boolean): void {
    if (this.#toTell.size === 0) setImmediate(() => this.#tellHeard())
    this.#toTell.set(node, resend || (this.#toTell.get(node) ?? false))
  }

  #tellHeard(): void {
    for (const [node, resend] of this.#toTell) {
      const inbox = this.#inboxes.get(node)
      if (inbox) this.#letters.send(node, [inbox.stream, inbox.heard, resend])
    }
    this.#toTell.clear()
  }

  #resendAll(): void {
    for (const [node, outbox] of this.#outboxes) this.#resend(node, outbox)
  }

  #resend(node: string, outbox: Outbox<Content<T>>): void {
    for (const [number, content] of outbox.unheard()) this.#letters.send(node, [outbox.stream, number, content])
  }

  #left(node: string): void {
    this.#gone.add(node)
    const outbox = this.#outboxes.get(node)
    this.#outboxes.delete(node)
    this.options.listener.forget(node)
    outbox?.giveUp()
    this.#wasIntroduced(node)
  }

  /** One that was taken for dead, and is back, has to say all anew. */
  #joined(node: string): void {
    const wasGone = this.#gone.delete(node)
    this.#outboxTo(node)
    if (wasGone && this.#inboxes.has(node)) void this.#put(node, 'again')
  }
}

const isHeard = <T>(letter: Sent<T> | Heard): letter is Heard => typeof letter[2] === 'boolean'
