import type { Delivered } from './anomaly.js'
import type { Heard } from './deliveries.js'

/** What came to one device of a person, and from where on all of it should have. */
export class Listening {
  readonly device: string
  readonly #person: string
  readonly #since: Map<string, number>
  readonly #heard = new Map<string, Delivered[]>()

  /** @param heads `seq` of what was the newest in each conversation before it listened */
  constructor(device: string, person: string, heads: ReadonlyMap<string, number>) {
    this.device = device
    this.#person = person
    this.#since = new Map(heads)
  }

  knows(conversation: string, head: number): void {
    if (!this.#since.has(conversation)) this.#since.set(conversation, head)
  }

  hear(conversation: string, message: Delivered): void {
    const messages = this.#heard.get(conversation) ?? []
    this.#heard.set(conversation, messages)
    // Who is told of a conversation by its first message was not there before.
    this.knows(conversation, message.seq - 1)
    messages.push(message)
  }

  /** In each conversation that any device of the person knows. */
  inAll(others: readonly Listening[], isAway: boolean): Heard[] {
    const ofPerson = others.filter((other) => other.#person === this.#person)
    const conversations = new Set(ofPerson.flatMap((other) => [...other.#since.keys()]))
    return [...conversations].map((conversation) => {
      const messages = this.#heard.get(conversation) ?? []
      const since = this.#since.get(conversation) ?? 0
      return { user: this.device, conversation, since, messages, isAway }
    })
  }
}
