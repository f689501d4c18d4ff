import type { DueTimer, Envelope, Failure } from '@daakia/protocol'

/** What a bot is to handle: a message, or a timer that is due. */
export type Item =
  /** `burst`: all that is taken as one, in order; `message` is the last of them. */
  | { kind: 'message'; message: Envelope; burst: readonly Envelope[] }
  | { kind: 'timer'; timer: DueTimer }
  /** What the bot has failed at. */
  | { kind: 'failure'; failure: Failure }

/** What waits in a conversation, as far as the server has told. */
export class Waiting {
  #messages: readonly Envelope[] = []
  #timers: readonly DueTimer[] = []
  #failure: Failure | undefined
  readonly #handled = new Set<number>()

  /** @param failure what the bot is to be told before all else */
  constructor(failure?: Failure) {
    this.#failure = failure
  }

  /** Adds what is not known yet. */
  add(events: readonly Envelope[], timers: readonly DueTimer[]): void {
    const isNewMessage = ({ seq }: Envelope) =>
      !this.#handled.has(seq) && !this.#messages.some((known) => known.seq === seq)
    const isNewTimer = ({ id }: DueTimer) => !this.#timers.some((known) => known.id === id)
    this.#messages = [...this.#messages, ...events.filter(isNewMessage)].sort(inOrder)
    this.#timers = [...this.#timers, ...timers.filter(isNewTimer)].sort((one, other) => one.due - other.due)
  }

  /**
   * Takes what the server lists after a commit. A message that was pushed since the list was made is not in it, and the
   * server will not push it again: it stays. A timer is as the list says: the commit may have cancelled it.
   */
  goOn(events: readonly Envelope[], timers: readonly DueTimer[]): void {
    this.#timers = []
    this.add(events, timers)
  }

  get messages(): readonly Envelope[] {
    return this.#messages
  }

  get timers(): readonly DueTimer[] {
    return this.#timers
  }

  /** A failure; else the earliest thing; of two of the same moment the timer, which was promised before. */
  get earliest(): Item | undefined {
    if (this.#failure) return { kind: 'failure', failure: this.#failure }
    const [message] = this.#messages
    const [timer] = this.#timers
    if (timer && (!message || timer.due <= message.at)) return { kind: 'timer', timer }
    return message && itemOf([message])
  }

  /** The earliest thing; of messages, as many as one person wrote in a row before the next timer, and `joins`. */
  earliestBurst(joins: (message: Envelope) => boolean): Item | undefined {
    const { earliest } = this
    if (earliest?.kind !== 'message' || !joins(earliest.message)) return earliest
    const [timer] = this.#timers
    const end = this.#messages.findIndex(
      (message) => message.from !== earliest.message.from || (timer && timer.due <= message.at) || !joins(message),
    )
    return itemOf(end < 0 ? this.#messages : this.#messages.slice(0, end))
  }

  handled(item: Item): void {
    if (item.kind === 'failure') this.#failure = undefined
    else if (item.kind === 'timer') this.#timers = this.#timers.filter(({ id }) => id !== item.timer.id)
    else for (const { seq } of item.burst) this.#handledMessage(seq)
  }

  #handledMessage(handled: number): void {
    this.#handled.add(handled)
    this.#messages = this.#messages.filter(({ seq }) => seq !== handled)
  }
}

/** What another bot tells by a hand-over goes first. */
const inOrder = (one: Envelope, other: Envelope): number =>
  Number(other.handoff !== undefined) - Number(one.handoff !== undefined) || one.seq - other.seq

export const itemOf = (burst: readonly Envelope[]): Item | undefined => {
  const message = burst.at(-1)
  return message && { kind: 'message', message, burst }
}
