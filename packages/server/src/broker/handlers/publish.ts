import { isDaak } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { isOfItsFormat, notOfItsFormat } from '../payload-format.js'
import type { Live } from '../session/live.js'
import { answerTo } from './outcome.js'
import { publishToExchange } from './publish-to-exchange.js'
import { publishToTopic } from './publish-to-topic.js'

/** PUBLISH (3.3). */
export const handlePublish = (live: Live, packet: PublishPacket): void => {
  if (packet.qos === 2 && wasTaken(live, packet)) return
  if (packet.qos > 0 && !live.quota.take()) return
  if (!isOfItsFormat(packet)) refuseFormat(live, packet)
  else if (isDaak(packet.topic)) publishToExchange(live, packet)
  else publishToTopic(live, packet)
  live.quota.waiting(live.acknowledgements.waiting)
}

/** A publish of QoS 0 has no answer but the end of the connection. */
const refuseFormat = (live: Live, packet: PublishPacket): void => {
  const { PayloadFormatInvalid } = ReasonCode
  const answer = answerTo(live, packet, { reasonCode: PayloadFormatInvalid, reason: notOfItsFormat })
  if (answer) live.acknowledgements.answer(answer)
  else live.link.close(PayloadFormatInvalid, notOfItsFormat)
}

/** [MQTT-4.3.3-10] until PUBREL, the same packet identifier means the same message. */
const wasTaken = (live: Live, packet: PublishPacket): boolean => {
  const { received, taking } = live.session
  const packetId = packet.packetId ?? 0
  if (!received.has(packetId)) {
    received.add(packetId)
    taking.add(packetId)
    return false
  }
  const answer = answerTo(live, packet, { reasonCode: ReasonCode.Success })
  if (answer) live.acknowledgements.answer(answer)
  return true
}
