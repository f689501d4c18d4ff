import { isDaak } from '@daakia/protocol'
import type { PublishRun } from '@daakia/protocol/mqtt'
import { mayPublish } from '../access/ask.js'
import { distributeRun } from '../distribute.js'
import { FanOutRun } from '../fan-out-run.js'
import type { Live } from '../session/live.js'
import { topicProblemOf } from '../topic-limits.js'

/**
 * Plain publishes to one topic that came together, taken as one. Answers false where each of them has to be looked at:
 * it is counted by itself, is refused, or has to wait.
 */
export const takeRun = (live: Live, run: PublishRun): boolean => {
  const { services, inOrder, link, session } = live
  if (services.accounts.metered || inOrder.busy || isDaak(run.topic)) return false
  if (topicProblemOf(run.topic, services.limits, session.account.packetLimits) || !isAllowedNow(live, run)) return false
  distributeRun(live.router, new FanOutRun(run, live.name, services.clock.now()), link)
  return true
}

/** Where the answer takes time, each of them asks for itself, and is told if that fails. */
const isAllowedNow = ({ services, session }: Live, { topic }: PublishRun): boolean => {
  const allowed = mayPublish(services.access, session.principal, { topic, qos: 0, retain: false })
  if (typeof allowed === 'boolean') return allowed
  allowed.catch(() => {})
  return false
}
