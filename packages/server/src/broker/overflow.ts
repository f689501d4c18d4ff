import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Excess } from '../limits/port.js'
import { countExcess } from '../limits/refuse.js'
import { countLost } from './lost.js'
import type { Services } from './services.js'
import type { Session } from './session/session.js'

/** After as long without a loss, the next one is news again. */
const episodeMs = 60_000

/**
 * A message was left out of a queue in the store, which has no room. Each one is counted; it is logged, and told to the
 * client if it is there, once for all that follow each other closely: a client that is slowly getting through its
 * queue is not to be thrown out with each message that comes meanwhile. Its next CONNACK tells how many it missed.
 */
export const missed = ({ counters, log, clock }: Services, session: Session, excess: Excess): void => {
  countLost({ counters, traffic: session.account.traffic }, 'shed')
  countExcess(counters, excess)
  const before = session.lastShedAt
  session.shed++
  session.lastShedAt = clock.now()
  if (before !== undefined && session.lastShedAt - before < episodeMs) return
  const { vendor, client, connection } = session.name
  log.warn(
    { vendor, client, connection, limit: excess.limit, scope: excess.scope },
    'A queue is full: it takes no more',
  )
  session.outlet?.link.close(ReasonCode.QuotaExceeded, excess.reason)
}
