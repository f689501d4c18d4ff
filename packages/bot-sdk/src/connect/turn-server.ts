import { CallTimeout, Closed, ConnectionLost, type Link, RpcFailure } from '@daakia/client-sdk/internal'
import { CheckedHandoff, Committed, RpcCode } from '@daakia/protocol'
import { LeaseGone, type TurnServer, Unanswered } from '../turn/port.js'

/** The server's methods `turns/*`, called over a link. */
export function turnServer(link: Link): TurnServer {
  const call = async (method: string, params: unknown): Promise<unknown> => {
    try {
      return await link.call('turns', method, params)
    } catch (error) {
      throw meaningOf(error)
    }
  }
  return {
    commit: async (turn) => Committed.parse(await call('commit', turn)),
    renew: async (turn) => void (await call('renew', turn)),
    fail: async (turn) => void (await call('fail', turn)),
    checkHandoff: async (asked) => CheckedHandoff.parse(await call('check-handoff', asked)),
    park: async (turn) => void (await call('park', turn)),
  }
}

function meaningOf(error: unknown): unknown {
  if (error instanceof ConnectionLost || error instanceof CallTimeout)
    return new Unanswered(error.message, { cause: error })
  if (error instanceof Closed || (error instanceof RpcFailure && error.code === RpcCode.Conflict))
    return new LeaseGone(error.message, { cause: error })
  return error
}
