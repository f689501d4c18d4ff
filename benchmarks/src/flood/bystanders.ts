import { acknowledging } from '../load/acknowledging.js'
import { Arrivals } from '../load/arrivals.js'
import type { PacketHandler } from '../load/mqtt-reader.js'
import { percentile } from '../load/percentile.js'
import type { Rig } from '../load/rig.js'
import { onSchedule } from '../load/schedule.js'
import { StampedPublisher, stampOf } from '../load/stamped.js'
import { payloadOf64 } from '../scenarios/payload.js'

const pairs = 50
const perSecond = 500
const patienceMs = 5_000

/** How long the messages of others took, in milliseconds, and how many of them did not come. */
export interface Waits {
  p50: number
  p99: number
  longest: number
  lost: number
}

/** Fifty pairs, each with ten messages of QoS 1 a second, which have nothing to do with the flood. */
export const bystanders = async (rig: Rig, name: string, seconds: number): Promise<Waits> => {
  const count = Math.round(seconds * perSecond)
  const arrivals = new Arrivals(count)
  const message: PacketHandler = (_first, bytes, _body, end) => arrivals.mark(stampOf(bytes, end, payloadOf64.length))
  const topicOf = (pair: number) => `${name}/${pair}`
  await rig.openMany(pairs, `${name}-sub`, async (link, pair) => {
    await link.subscribe([topicOf(pair)], 1)
    acknowledging(link, { message })
  })
  const links = await rig.openMany(pairs, `${name}-pub`)
  const publishers = links.map((link, pair) => {
    link.receive = () => undefined
    return new StampedPublisher(link, { dialect: rig.dialect, topic: topicOf(pair), payload: payloadOf64 })
  })
  const send = (index: number) => publishers[index % pairs]?.send(index)
  const { startedMs, sent } = onSchedule({ perSecond, count, send, stopped: () => rig.closed })
  await sent
  await arrivals.all(patienceMs)
  const waits = arrivals.waitsMs({ startedMs, perSecond, first: 0 })
  const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => percentile(waits, share)) as [number, number, number]
  return { p50, p99, longest, lost: count - waits.length }
}
