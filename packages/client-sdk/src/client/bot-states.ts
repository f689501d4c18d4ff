import { BotState, parseDaakTopic, topics } from '@daakia/protocol'
import type { Link } from '../link/port.js'
import { Listeners, type Stop } from '../listeners.js'
import type { TransportMessage } from '../transport/port.js'

const text = new TextDecoder()

interface Followed {
  readonly newest: Map<string, BotState>
  readonly listeners: Listeners<[bot: string, state: BotState]>
}

/** The public states of bots, in the conversations in which somebody asked for them. */
export class BotStates {
  readonly #link: Link
  readonly #followed = new Map<string, Followed>()

  constructor(link: Link) {
    this.#link = link
  }

  newest(conversation: string, bot: string): BotState | undefined {
    return this.#followed.get(conversation)?.newest.get(bot)
  }

  /** Calls `listener` with what is known already, and with every change. */
  follow(conversation: string, listener: (bot: string, state: BotState) => void): Stop {
    const { newest, listeners } = this.#followed.get(conversation) ?? this.#begin(conversation)
    for (const [bot, state] of newest) listener(bot, state)
    return listeners.add(listener)
  }

  #begin(conversation: string): Followed {
    const followed: Followed = { newest: new Map(), listeners: new Listeners() }
    this.#followed.set(conversation, followed)
    const filters = [{ filter: topics.state(conversation, '+'), qos: 1 as const }]
    const receive = (message: TransportMessage) => this.#receive(followed, message)
    // Refused to who is no member, who then has no bots to hear of either; asked for again, it is tried again.
    this.#link.subscribe({ filters, receive }).catch(() => this.#followed.delete(conversation))
    return followed
  }

  #receive({ newest, listeners }: Followed, { topic, payload }: TransportMessage): void {
    const parsed = parseDaakTopic(topic)
    const state = readState(payload)
    if (parsed?.kind !== 'state' || !state) return
    newest.set(parsed.bot, state)
    listeners.tell(parsed.bot, state)
  }
}

const readState = (payload: Uint8Array): BotState | undefined => {
  try {
    return BotState.safeParse(JSON.parse(text.decode(payload))).data
  } catch {
    return undefined
  }
}
