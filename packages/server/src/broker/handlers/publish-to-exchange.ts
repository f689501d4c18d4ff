import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { PublishOutcome } from '../exchange/port.js'
import type { Answer, AnswerInTurn } from '../session/acknowledgements.js'
import type { Live } from '../session/live.js'
import { answerTo, lostMeanwhile, notStored } from './outcome.js'
import { publishInTurn, takeAgain, takeOnce } from './take-once.js'

/** A publish under `daak/`. The exchange is asked in the order of arrival, and many may wait for it at once. */
export const publishToExchange = (live: Live, packet: PublishPacket): void => {
  const pending = live.acknowledgements.reserve(packet.payload.length)
  const settle = (outcome: PublishOutcome) => pending.settle(answerIn(live, packet, outcome))
  take(live, packet).then(settle, (error: unknown) => settle(notStored(error)))
}

/** Told behind others: by then it is looked at again, for as long as there is somebody to be told. */
const answerIn = (live: Live, packet: PublishPacket, outcome: PublishOutcome): Answer | AnswerInTurn => {
  const { isStillKept } = outcome
  if (!isStillKept || packet.qos === 0) return answerTo(live, packet, outcome)
  const answer = (isKept: boolean) => answerTo(live, packet, isKept ? outcome : lostMeanwhile)
  return () => {
    const isKept = isStillKept()
    if (typeof isKept === 'boolean') return answer(isKept)
    const known = isKept.catch(() => false)
    return live.closed ? answer(false) : known.then(answer)
  }
}

const take = (live: Live, packet: PublishPacket): Promise<PublishOutcome> => {
  const { qos, packetId } = packet
  const { taking } = live.session
  if (qos === 2 && packetId !== undefined && live.persistent)
    return taking.has(packetId) ? takeOnce(live, packet, packetId) : takeAgain(live, packet, packetId)
  taking.delete(packetId ?? 0)
  return publishInTurn(live, packet)
}
