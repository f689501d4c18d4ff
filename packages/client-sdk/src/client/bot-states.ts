import { BotState, parseDaakTopic, topics } from '@daakia/protocol'
import type { Link } from '../link/port.js'
import { Listeners, type Stop } from '../listeners.js'
import type { TransportMessage } from '../transport/port.js'

const text = new TextDecoder()

interface Followed {
  readonly newest: Map<string, BotState>
  /** To which other bots each bot has handed the conversation over, until it has it back. */
  readonly guests: Map<string, Set<string>>
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
    const followed: Followed = { newest: new Map(), guests: new Map(), listeners: new Listeners() }
    this.#followed.set(conversation, followed)
    const filters = [{ filter: topics.state(conversation, '+'), qos: 1 as const }]
    const receive = (message: TransportMessage) => this.#receive(followed, message)
    // Refused to who is no member, who then has no bots to hear of either; asked for again, it is tried again.
    this.#link.subscribe({ filters, receive }).catch(() => this.#followed.delete(conversation))
    return followed
  }

  #receive(followed: Followed, { topic, payload }: TransportMessage): void {
    const parsed = parseDaakTopic(topic)
    const state = readState(payload)
    if (parsed?.kind !== 'state' || !state) return
    this.#tell(followed, parsed.bot, state)
    if (state.handedTo === undefined) this.#endGuests(followed, parsed.bot)
    else guestsOf(followed, parsed.bot).add(state.handedTo)
  }

  #tell({ newest, listeners }: Followed, bot: string, state: BotState): void {
    newest.set(bot, state)
    listeners.tell(bot, state)
  }

  /** The bot has the conversation back. Who was away then was not told that the states of those who had it are over. */
  #endGuests(followed: Followed, bot: string): void {
    for (const guest of followed.guests.get(bot) ?? []) {
      const known = followed.newest.get(guest)
      if (known && known.value !== null) this.#tell(followed, guest, { ...over, head: known.head })
    }
    followed.guests.delete(bot)
  }
}

const readState = (payload: Uint8Array): BotState | undefined => {
  try {
    return BotState.safeParse(JSON.parse(text.decode(payload))).data
  } catch {
    return undefined
  }
}

const guestsOf = ({ guests }: Followed, bot: string): Set<string> => {
  const known = guests.get(bot) ?? new Set()
  guests.set(bot, known)
  return known
}

/** What a server tells of a bot that has the conversation no more. */
const over: BotState = { value: null, tags: [], accepts: [], processed: 0, revision: 0, head: 0, status: 'ready' }
