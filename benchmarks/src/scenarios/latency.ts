import { acknowledging } from '../load/acknowledging.js'
import { Arrivals } from '../load/arrivals.js'
import type { PacketHandler } from '../load/mqtt-reader.js'
import { percentile } from '../load/percentile.js'
import type { Rig } from '../load/rig.js'
import { onSchedule } from '../load/schedule.js'
import { StampedPublisher, stampOf } from '../load/stamped.js'
import { payloadOf64 } from './payload.js'
import type { Reading, Scenario } from './port.js'

const clients = 1_000
const pairs = clients / 2
const perSecond = 5_000
/** How long the last messages may take. */
const patienceMs = 3_000
const complete = 0.999

/** Five hundred pairs, each with ten messages of QoS 1 a second: from the time when a message is due to its arrival. */
export const latency: Scenario = {
  name: 'latency',
  needs: ['qos1'],
  measure: async (rig) => {
    const first = Math.round(rig.options.warmUpSeconds * perSecond)
    const count = first + Math.round(rig.seconds * perSecond)
    const arrivals = new Arrivals(count)
    await subscribe(rig, arrivals)
    const publishers = await publishersOf(rig)
    const rate = rig.rate(() => arrivals.count)
    const send = (index: number) => publishers[index % pairs]?.send(index)
    const { startedMs, sent } = onSchedule({ perSecond, count, send, stopped: () => rig.closed })
    await sent
    await arrivals.all(patienceMs)
    const waitsMs = arrivals.waitsMs({ startedMs, perSecond, first })
    const arrived = waitsMs.length / (count - first)
    const notes = arrived < complete ? [`overloaded: ${Math.round(arrived * 100)} % arrived`] : []
    const { cost } = await rate
    return [{ ...reading(waitsMs, 0.5, notes), cost }, reading(waitsMs, 0.99, notes)]
  },
}

const topicOf = (pair: number): string => `bench/${pair}`

const subscribe = (rig: Rig, arrivals: Arrivals) =>
  rig.openMany(pairs, 'sub', async (link, pair) => {
    await link.subscribe([topicOf(pair)], 1)
    const message: PacketHandler = (_first, bytes, _body, end) => arrivals.mark(stampOf(bytes, end, payloadOf64.length))
    acknowledging(link, { message })
  })

const publishersOf = async (rig: Rig): Promise<StampedPublisher[]> => {
  const links = await rig.openMany(pairs, 'pub')
  return links.map((link, pair) => {
    link.receive = () => undefined
    return new StampedPublisher(link, { dialect: rig.dialect, topic: topicOf(pair), payload: payloadOf64 })
  })
}

const reading = (waitsMs: readonly number[], share: number, notes: string[]): Reading => ({
  row: `${perSecond.toLocaleString('en-US')} QoS 1 msgs/s over ${clients.toLocaleString('en-US')} clients, p${share * 100}`,
  value: percentile(waitsMs, share),
  unit: 'ms',
  better: 'less',
  notes,
})
