import type { CommitTurn, Committed } from '@daakia/protocol'
import { type TurnServer, Unanswered } from './port.js'

/** Sends a commit until it is answered. An answer may get lost with its connection: the same commit again gets the same one. */
export async function committed(commit: CommitTurn, server: TurnServer, isOver: () => boolean): Promise<Committed> {
  for (;;) {
    try {
      return await server.commit(commit)
    } catch (error) {
      if (!(error instanceof Unanswered) || isOver()) throw error
    }
  }
}
