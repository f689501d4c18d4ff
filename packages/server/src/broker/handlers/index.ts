import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { ClientPacket } from '../../connection-manager/link.js'
import { bidFarewell, logFailure } from '../../not-now.js'
import { tooManyProperties } from '../property-limits.js'
import type { Live } from '../session/live.js'
import { handleDisconnect } from './disconnect.js'
import { handlePingreq } from './pingreq.js'
import { handlePuback } from './puback.js'
import { handlePubcomp } from './pubcomp.js'
import { handlePublish } from './publish.js'
import { handlePubrec } from './pubrec.js'
import { handlePubrel } from './pubrel.js'
import { handleSubscribe } from './subscribe.js'
import { handleUnsubscribe } from './unsubscribe.js'

/** Hands a packet to the handler of its type. @throws MqttError where it breaks the protocol. */
export const handlePacket = (live: Live, packet: ClientPacket): void => {
  if (packet.type === 'publish') handlePublish(live, packet)
  else if (!closeOverProperties(live, packet)) handleOther(live, packet)
}

/** These have no answer that could refuse them. */
const closeOverProperties = ({ link, services, session }: Live, packet: ClientPacket): boolean => {
  const { packetLimits } = session.account
  const problem =
    'properties' in packet && packet.properties && tooManyProperties(services, packet.properties, packetLimits)
  if (problem) link.close(problem.reasonCode, problem.reason)
  return Boolean(problem)
}

const handleOther = (live: Live, packet: Exclude<ClientPacket, PublishPacket>): void => {
  switch (packet.type) {
    case 'puback':
      handlePuback(live, packet)
      break
    case 'pubrec':
      handlePubrec(live, packet)
      break
    case 'pubrel':
      handlePubrel(live, packet)
      break
    case 'pubcomp':
      handlePubcomp(live, packet)
      break
    case 'subscribe':
      holding(live, handleSubscribe(live, packet))
      break
    case 'unsubscribe':
      holding(live, handleUnsubscribe(live, packet))
      break
    case 'pingreq':
      handlePingreq(live)
      break
    case 'disconnect':
      handleDisconnect(live, packet)
      break
  }
}

/** The packets after it wait, so that they find what this one changes. */
const holding = (live: Live, work: Promise<void>): void => {
  live.holdFor(work.catch((error: unknown) => fail(live, error)))
}

const fail = (live: Live, error: unknown): void => {
  logFailure(live.services.log, { ...live.name }, error, 'A packet could not be handled')
  bidFarewell(live.link, error)
}
