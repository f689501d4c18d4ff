import type { BotConnection } from './bots.js'

const remembered = 50_000

/** Chooses who handles a conversation: the connection that had it last, else the same one for as long as it is there. */
export class Chooser {
  readonly #lastHolders = new Map<string, string>()

  choose(turn: string, conversation: string, candidates: readonly BotConnection[]): BotConnection | undefined {
    const last = this.#lastHolders.get(turn)
    return candidates.find(({ session }) => session.name.connection === last) ?? heaviest(conversation, candidates)
  }

  /** This connection has it now: its memory is warm. */
  remember(turn: string, connection: BotConnection): void {
    this.#lastHolders.delete(turn)
    this.#lastHolders.set(turn, connection.session.name.connection)
    if (this.#lastHolders.size <= remembered) return
    const [oldest] = this.#lastHolders.keys()
    if (oldest !== undefined) this.#lastHolders.delete(oldest)
  }
}

/** Rendezvous hashing: when a connection comes or goes, only the conversations that it gets or had move. */
const heaviest = (conversation: string, candidates: readonly BotConnection[]): BotConnection | undefined => {
  let best: { weight: number; connection: BotConnection } | undefined
  for (const connection of candidates) {
    const weight = hash(`${connection.session.name.connection}\0${conversation}`)
    if (!best || weight > best.weight) best = { weight, connection }
  }
  return best?.connection
}

/** FNV-1a with a final mix: its last bytes would otherwise weigh too little. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
