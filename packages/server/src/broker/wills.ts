import { isDaak } from '@daakia/protocol'
import { type PublishPacket, ReasonCode, type Will } from '@daakia/protocol/mqtt'
import { mayPublish } from './access/ask.js'
import type { LiveSession, PublishOutcome } from './exchange/port.js'
import { notStored } from './handlers/outcome.js'
import { overQuota } from './handlers/publish-limits.js'
import { messageOf } from './message.js'
import { publishMessage } from './publish-message.js'
import type { Router } from './router.js'
import type { Services } from './services.js'
import type { Session } from './session/session.js'

/**
 * Publishes what a client left to be said when it is gone (3.1.2.5). Whether it may was asked when it connected, and is
 * asked again: that may be long ago.
 */
export const publishWill = async (services: Services, router: Router, session: Session, will: Will): Promise<void> => {
  const { name } = session
  const packet = packetOf(will)
  try {
    if (isDaak(packet.topic)) await tellExchange(services, session, packet)
    else if (await mayPublish(services.access, name, packet)) await tellTopic(services, router, session, packet)
    else refused(services, session, packet, notAllowed)
  } catch (error) {
    services.log.error({ ...name, topic: will.topic, error: String(error) }, 'A will could not be published')
    tell(session, packet, notStored(error))
  }
}

const tellTopic = async (services: Services, router: Router, session: Session, packet: PublishPacket) => {
  const message = messageOf(session.name, packet, services.clock.now())
  const reached = await publishMessage(services, router, message, {})
  if (typeof reached === 'object') tell(session, packet, overQuota(reached))
}

const tellExchange = async (services: Services, session: Session, packet: PublishPacket): Promise<void> => {
  const outcome = await services.exchange.publish(absent(session), packet)
  if (outcome.reasonCode >= ReasonCode.UnspecifiedError) refused(services, session, packet, outcome)
}

const refused = (
  { counters, log }: Services,
  session: Session,
  packet: PublishPacket,
  outcome: PublishOutcome,
): void => {
  const { reasonCode, reason } = outcome
  counters.refused++
  log.warn({ ...session.name, topic: packet.topic, reasonCode, reason }, 'Refused a will')
  tell(session, packet, outcome)
}

/** A session that ends now has nobody left to be told. */
const tell = (session: Session, { topic }: PublishPacket, { reasonCode: code, reason = '' }: PublishOutcome): void =>
  session.tell({ type: 'will-refused', code, reason, topic })

const notAllowed: PublishOutcome = {
  reasonCode: ReasonCode.NotAuthorized,
  reason: 'This client may not publish to the topic of its will any more.',
}

/** The will's delay is between client and server; the rest travels on. */
const packetOf = ({ properties, ...will }: Will): PublishPacket => {
  const { willDelayInterval: _, ...travelling } = properties ?? {}
  return { type: 'publish', dup: false, ...will, ...(will.qos > 0 && { packetId: 1 }), properties: travelling }
}

/** A session whose connection has gone, as the exchange sees it. */
const absent = (session: Session): LiveSession => ({
  name: session.name,
  get notices() {
    return session.notices
  },
  tell: (notice) => session.tell(notice),
  version: 5,
  persistent: false,
  sent: undefined,
  closed: true,
  send: () => false,
  whenRoom: () => {},
  sendOrShed: () => {},
})
