import type { Clock } from '@daakia/protocol'
import { heaviest } from './rendezvous.js'

const remembered = 50_000

/** A connection that conversations are given to. */
interface Candidate {
  readonly session: { readonly name: { readonly connection: string } }
}

/** So long after a conversation was given to a connection, its memory of it counts for more than an even share. */
const warmMs = 60_000

interface Holder {
  connection: string
  at: number
}

/**
 * Chooses who handles a conversation: the connection that had it last, else the same one for as long as the same are
 * there. With a clock, what has been idle for a minute is shared out anew: those that have come get their part of it.
 */
export class Chooser<T extends Candidate> {
  readonly #lastHolders = new Map<string, Holder>()

  constructor(private readonly clock?: Pick<Clock, 'now'>) {}

  choose(turn: string, conversation: string, candidates: readonly T[]): T | undefined {
    const last = this.#lastHolders.get(turn)
    const isWarm = last !== undefined && this.#now() - last.at < warmMs
    const holder = isWarm ? candidates.find(({ session }) => session.name.connection === last.connection) : undefined
    return holder ?? heaviest(conversation, candidates, nameOf)
  }

  /** This connection has it now: its memory is warm. */
  remember(turn: string, connection: T): void {
    this.#lastHolders.delete(turn)
    this.#lastHolders.set(turn, { connection: connection.session.name.connection, at: this.#now() })
    if (this.#lastHolders.size <= remembered) return
    const [oldest] = this.#lastHolders.keys()
    if (oldest !== undefined) this.#lastHolders.delete(oldest)
  }

  #now(): number {
    return this.clock?.now() ?? 0
  }
}

const nameOf = ({ session }: Candidate): string => session.name.connection
