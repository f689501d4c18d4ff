import { isDaak } from '@daakia/protocol'
import type { PublishPacket, Will } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import type { LiveSession } from './exchange/port.js'
import { messageOf } from './message.js'
import { publishMessage } from './publish-message.js'
import type { Router } from './router.js'
import type { Services } from './services.js'

/** Publishes what a client left to be said when it is gone (3.1.2.5). Whether it may was checked when it connected. */
export const publishWill = async (services: Services, router: Router, name: SessionName, will: Will): Promise<void> => {
  const packet = packetOf(will)
  try {
    if (isDaak(packet.topic)) await tellExchange(services, name, packet)
    else await publishMessage(services, router, messageOf(name, packet, services.clock.now()), {})
  } catch (error) {
    services.log.error({ ...name, topic: will.topic, error: String(error) }, 'A will could not be published')
  }
}

const tellExchange = async ({ exchange, log }: Services, name: SessionName, packet: PublishPacket): Promise<void> => {
  const { reasonCode, reason } = await exchange.publish(absent(name), packet)
  if (reasonCode >= 0x80) log.warn({ ...name, topic: packet.topic, reasonCode, reason }, 'Refused a will')
}

/** The will's delay is between client and server; the rest travels on. */
const packetOf = ({ properties, ...will }: Will): PublishPacket => {
  const { willDelayInterval: _, ...travelling } = properties ?? {}
  return { type: 'publish', dup: false, ...will, ...(will.qos > 0 && { packetId: 1 }), properties: travelling }
}

/** A session whose connection has gone, as the exchange sees it. */
const absent = (name: SessionName): LiveSession => ({
  name,
  version: 5,
  persistent: false,
  sent: undefined,
  closed: true,
  send: () => false,
  whenRoom: () => {},
})
