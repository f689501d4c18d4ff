import type { CommitTurn, Committed } from '@daakia/protocol'
import { type TurnServer, Unanswered } from './port.js'

/** Sends a commit until it is answered. An answer may get lost with its connection: the same commit again gets the same one. */
export const committed = (commit: CommitTurn, server: TurnServer, isOver: () => boolean): Promise<Committed> =>
  answered(() => server.commit(commit), isOver)

/** Asks what may be asked again, until it is answered. */
export async function answered<TAnswer>(ask: () => Promise<TAnswer>, isOver: () => boolean): Promise<TAnswer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Unanswered) || isOver()) throw error
    }
  }
}
