import { heaviest } from './rendezvous.js'

const remembered = 50_000

/** A connection that conversations are given to. */
interface Candidate {
  readonly session: { readonly name: { readonly connection: string } }
}

/** Chooses who handles a conversation: the connection that had it last, else the same one for as long as it is there. */
export class Chooser<T extends Candidate> {
  readonly #lastHolders = new Map<string, string>()

  choose(turn: string, conversation: string, candidates: readonly T[]): T | undefined {
    const last = this.#lastHolders.get(turn)
    return (
      candidates.find(({ session }) => session.name.connection === last) ?? heaviest(conversation, candidates, nameOf)
    )
  }

  /** This connection has it now: its memory is warm. */
  remember(turn: string, connection: T): void {
    this.#lastHolders.delete(turn)
    this.#lastHolders.set(turn, connection.session.name.connection)
    if (this.#lastHolders.size <= remembered) return
    const [oldest] = this.#lastHolders.keys()
    if (oldest !== undefined) this.#lastHolders.delete(oldest)
  }
}

const nameOf = ({ session }: Candidate): string => session.name.connection
