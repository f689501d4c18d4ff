import { heaviest } from '../../rendezvous.js'
import type { BotConnection } from './bots.js'

const remembered = 50_000

/** Chooses who handles a conversation: the connection that had it last, else the same one for as long as it is there. */
export class Chooser {
  readonly #lastHolders = new Map<string, string>()

  choose(turn: string, conversation: string, candidates: readonly BotConnection[]): BotConnection | undefined {
    const last = this.#lastHolders.get(turn)
    return (
      candidates.find(({ session }) => session.name.connection === last) ?? heaviest(conversation, candidates, nameOf)
    )
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

const nameOf = ({ session }: BotConnection): string => session.name.connection
