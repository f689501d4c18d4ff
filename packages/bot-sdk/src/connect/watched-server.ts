import type { Watch } from '../engine/watch.js'
import type { TurnServer } from '../turn/port.js'

/** Lets somebody watch what becomes of turns. */
export const watchedServer = (server: TurnServer, watch: Watch): TurnServer => ({
  ...server,
  commit: async (turn) => {
    const answer = await server.commit(turn)
    watch.committed(turn, answer)
    return answer
  },
  fail: (turn) => {
    watch.failed(turn)
    return server.fail(turn)
  },
  park: (turn) => {
    watch.parked(turn)
    return server.park(turn)
  },
})
