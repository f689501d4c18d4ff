import { isDaak } from '@daakia/protocol'
import { type PublishPacket, ReasonCode, type Will } from '@daakia/protocol/mqtt'
import type { Principal } from '../identity.js'
import { mayPublish } from './access/ask.js'
import type { LiveSession, PublishOutcome } from './exchange/port.js'
import { messageOf } from './message.js'
import { publishMessage } from './publish-message.js'
import type { Router } from './router.js'
import type { Services } from './services.js'

/**
 * Publishes what a client left to be said when it is gone (3.1.2.5). Whether it may was asked when it connected, and is
 * asked again: that may be long ago.
 */
export const publishWill = async (services: Services, router: Router, name: Principal, will: Will): Promise<void> => {
  const packet = packetOf(will)
  try {
    if (isDaak(packet.topic)) await tellExchange(services, name, packet)
    else if (await mayPublish(services.access, name, packet)) await tellTopic(services, router, name, packet)
    else refused(services, name, packet, notAllowed)
  } catch (error) {
    services.log.error({ ...name, topic: will.topic, error: String(error) }, 'A will could not be published')
  }
}

const tellTopic = async (services: Services, router: Router, name: Principal, packet: PublishPacket) => {
  await publishMessage(services, router, messageOf(name, packet, services.clock.now()), {})
}

const tellExchange = async (services: Services, name: Principal, packet: PublishPacket): Promise<void> => {
  const outcome = await services.exchange.publish(absent(name), packet)
  if (outcome.reasonCode >= ReasonCode.UnspecifiedError) refused(services, name, packet, outcome)
}

const refused = (
  { counters, log }: Services,
  name: Principal,
  { topic }: PublishPacket,
  { reasonCode, reason }: PublishOutcome,
): void => {
  counters.refused++
  log.warn({ ...name, topic, reasonCode, reason }, 'Refused a will')
}

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
const absent = (name: Principal): LiveSession => ({
  name,
  version: 5,
  persistent: false,
  sent: undefined,
  closed: true,
  send: () => false,
  whenRoom: () => {},
  sendOrShed: () => {},
})
