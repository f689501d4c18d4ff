import { isDaak } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'
import { answerNow } from './outcome.js'
import { publishProblemOf } from './publish-limits.js'
import { publishToExchange } from './publish-to-exchange.js'
import { publishToTopic } from './publish-to-topic.js'
import { mayBeLost } from './take-once.js'

/** PUBLISH (3.3). */
export const handlePublish = (live: Live, packet: PublishPacket): void => {
  if (packet.qos === 2 && wasTaken(live, packet)) return
  if (packet.qos > 0 && !live.quota.take()) return
  const problem = publishProblemOf(live, packet)
  if (problem) answerNow(live, packet, problem)
  else if (isDaak(packet.topic)) publishToExchange(live, packet)
  else publishToTopic(live, packet)
  live.quota.heed(live.acknowledgements)
}

/** [MQTT-4.3.3-10] until PUBREL, the same packet identifier means the same message. */
const wasTaken = (live: Live, packet: PublishPacket): boolean => {
  const { received, taking } = live.session
  const packetId = packet.packetId ?? 0
  if (!packet.dup) live.session.begins(packetId)
  if (!received.has(packetId)) {
    received.add(packetId)
    taking.add(packetId)
    return false
  }
  if (mayBeLost(live, packet, packetId)) return false
  answerNow(live, packet, { reasonCode: ReasonCode.Success })
  return true
}
