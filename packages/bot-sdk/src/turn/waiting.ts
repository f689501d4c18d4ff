import type { DueTimer, Envelope } from '@daakia/protocol'

/** What a bot is to handle: a message, or a timer that is due. */
export type Item = { kind: 'message'; message: Envelope } | { kind: 'timer'; timer: DueTimer }

/** What waits in a conversation, as far as the server has told. */
export class Waiting {
  #messages: readonly Envelope[] = []
  #timers: readonly DueTimer[] = []
  readonly #handled = new Set<number>()

  /** Adds what is not known yet. */
  add(events: readonly Envelope[], timers: readonly DueTimer[]): void {
    const isNewMessage = ({ seq }: Envelope) =>
      !this.#handled.has(seq) && !this.#messages.some((known) => known.seq === seq)
    const isNewTimer = ({ id }: DueTimer) => !this.#timers.some((known) => known.id === id)
    this.#messages = [...this.#messages, ...events.filter(isNewMessage)].sort((one, other) => one.seq - other.seq)
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

  /** The earliest thing; of two of the same moment the timer, which was promised before. */
  get earliest(): Item | undefined {
    const [message] = this.#messages
    const [timer] = this.#timers
    if (timer && (!message || timer.due <= message.at)) return { kind: 'timer', timer }
    return message && { kind: 'message', message }
  }

  handled(item: Item): void {
    if (item.kind === 'timer') this.#timers = this.#timers.filter(({ id }) => id !== item.timer.id)
    else this.#handledMessage(item.message.seq)
  }

  #handledMessage(handled: number): void {
    this.#handled.add(handled)
    this.#messages = this.#messages.filter(({ seq }) => seq !== handled)
  }
}
