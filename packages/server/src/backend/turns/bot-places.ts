import type { Letters, Peers } from '../../peers/port.js'
import { heaviest } from '../../rendezvous.js'
import { type Bots, botKey, type ConnectedBot, placeOf } from './bots.js'

/** A bot on one node. */
export interface BotPlace {
  /** That the newest connection announced. */
  version?: string
  /** When it did so: milliseconds since the Unix epoch. Of several versions the newest one serves. */
  since: number
  instances: number
  /** Some connection has room for one more conversation. */
  hasRoom: boolean
}

type BotName = { vendor: string; bot: string }
type Placed = BotName & { place: BotPlace }

type Letter =
  /** Absent: it is not there any more. */
  | ({ kind: 'place'; place?: BotPlace } & BotName)
  /** All bots of the sender, in place of what was known of it. */
  | { kind: 'places'; placed: readonly Placed[] }
  | { kind: 'asks' }

export interface BotPlacesParts {
  peers: Peers
  /** Those of this node. */
  bots: Bots
  /** A bot is on other nodes than before, or on none; without a name, any of them may be. */
  moved(bot?: BotName): void
}

/**
 * On which nodes bots are connected. Each node gives conversations to its own connections; which of several nodes a
 * conversation is for, all of them reckon in the same way. Where they don't agree for a moment, the lease decides.
 */
export class BotPlaces {
  /** What others were told of this node, where there are others. */
  readonly #told = new Map<string, BotPlace>()
  /** By node, and then by bot. */
  readonly #others = new Map<string, Map<string, Placed>>()
  readonly #letters: Letters<Letter>
  readonly #stop: () => void

  constructor(private readonly parts: BotPlacesParts) {
    const { peers } = parts
    this.#letters = peers.open<Letter>('bots', {
      hear: (letter, from) => this.#hear(letter, from),
      missed: () => this.#introduce(),
    })
    this.#stop = peers.onChange(({ joined, left }) => {
      for (const node of joined) this.#letters.send(node, this.#all())
      for (const node of left) this.#others.delete(node)
      if (left.length > 0) parts.moved()
    })
    this.#introduce()
  }

  /** How the bot is connected here may have changed. */
  changed(bot: ConnectedBot): void {
    if (this.parts.peers.members.length <= 1) return
    const place = placeOf(bot)
    if (isSame(this.#told.get(bot.key), place)) return
    this.#note(bot.key, place)
    this.#letters.tell({ kind: 'place', vendor: bot.vendor, bot: bot.bot, ...(place && { place }) })
  }

  /** Whether other nodes have it, too. */
  isElsewhere({ key }: ConnectedBot): boolean {
    return this.#elsewhere(key).next().done === false
  }

  /** Whether this node is the one to give the conversation to the bot, of those that can. */
  isOurs(bot: ConnectedBot, conversation: string): boolean {
    if (this.#others.size === 0) return true
    const others = [...this.#elsewhere(bot.key)]
    const place = placeOf(bot)
    if (!place || others.length === 0) return true
    const { node } = this.parts.peers
    const all = [{ node, place }, ...others]
    const newest = all.reduce((one, other) => (other.place.since > one.place.since ? other : one))
    const able = all.filter(({ place }) => place.version === newest.place.version && place.hasRoom)
    return able.length === 0 || heaviest(conversation, able, (each) => each.node)?.node === node
  }

  /** The bots of a vendor on other nodes. */
  *of(vendor: string): Iterable<{ bot: string; place: BotPlace }> {
    for (const bots of this.#others.values())
      for (const { bot, place, ...placed } of bots.values()) if (placed.vendor === vendor) yield { bot, place }
  }

  close(): void {
    this.#stop()
    this.#letters.close()
  }

  *#elsewhere(key: string): Generator<{ node: string; place: BotPlace }> {
    for (const [node, bots] of this.#others) {
      const placed = bots.get(key)
      if (placed) yield { node, place: placed.place }
    }
  }

  #introduce(): void {
    this.#letters.tell(this.#all())
    this.#letters.tell({ kind: 'asks' })
  }

  #all(): Letter {
    this.#told.clear()
    const placed = [...this.parts.bots].flatMap((each) => {
      const place = placeOf(each)
      this.#note(each.key, place)
      return place ? { vendor: each.vendor, bot: each.bot, place } : []
    })
    return { kind: 'places', placed }
  }

  #note(key: string, place: BotPlace | undefined): void {
    if (place) this.#told.set(key, place)
    else this.#told.delete(key)
  }

  #hear(letter: Letter, from: string): void {
    if (letter.kind === 'asks') this.#letters.send(from, this.#all())
    else if (letter.kind === 'place') this.#moved(letter, from)
    else {
      this.#others.set(from, new Map(letter.placed.map((each) => [botKey(each.vendor, each.bot), each])))
      this.parts.moved()
    }
  }

  #moved({ vendor, bot, place }: BotName & { place?: BotPlace }, from: string): void {
    const bots = this.#others.get(from) ?? new Map<string, Placed>()
    this.#others.set(from, bots)
    if (place) bots.set(botKey(vendor, bot), { vendor, bot, place })
    else bots.delete(botKey(vendor, bot))
    this.parts.moved({ vendor, bot })
  }
}

const isSame = (one: BotPlace | undefined, other: BotPlace | undefined): boolean =>
  one?.version === other?.version &&
  one?.since === other?.since &&
  one?.instances === other?.instances &&
  one?.hasRoom === other?.hasRoom
