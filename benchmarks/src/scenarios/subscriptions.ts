import { batchesOf } from '../load/batch.js'
import { runFlows } from '../load/flows.js'
import type { Link } from '../load/link.js'
import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'

/** Each has three filters. */
const devices = 33_334
/** So that none of them has more than the 1,000 subscriptions that Daakia allows unless it is told otherwise. */
const connections = 120
const filtersPerPacket = 100
const publisherCount = 10
const messagesPerWrite = 64
const window = 20

/** A message of a device matches all three. */
const kinds = [
  (n: number) => `device/${n}/state/temperature`,
  (n: number) => `device/${n}/+/temperature`,
  (n: number) => `device/${n}/#`,
]

/** A step through the devices that has no common factor with their number, so that neighbours do not follow another. */
const stride = 7_919

/** A hundred thousand different filters, a third each exact, with `+` and with `#`; messages over all their topics. */
export const subscriptions: Scenario = {
  name: 'subscriptions',
  needs: ['wildcards'],
  measure: async (rig) => {
    const started = performance.now()
    const subscribers = await rig.openMany(connections, 'sub', subscribe)
    const setUp = (performance.now() - started) / 1000
    const publishers = await rig.openMany(publisherCount, 'pub')
    const batches = batchesOf(
      rig.dialect,
      Array.from({ length: devices }, (_, n) => message((n * stride) % devices)),
      messagesPerWrite,
    )
    const { rate, notes } = await runFlows(rig, [{ publishers, subscribers, batches, copies: kinds.length, window }])
    return [
      rateReading('100,000 subscriptions, 3 match', 'deliveries/s', rate, notes),
      { row: '100,000 subscriptions, set-up', value: setUp, unit: 's', better: 'less' },
    ]
  },
}

const message = (device: number) => ({ topic: topic(device), payload: payloadOf64, qos: 0 as const })

const topic = (device: number): string => `device/${device}/state/temperature`

/** The filters of a device go to different connections: a message is delivered three times. */
const subscribe = async (link: Link, connection: number): Promise<void> => {
  const filters = filtersOf(connection)
  for (let at = 0; at < filters.length; at += filtersPerPacket)
    await link.subscribe(filters.slice(at, at + filtersPerPacket), 0)
}

const filtersOf = (connection: number): string[] =>
  kinds.flatMap((filter, kind) => {
    const first = (connection + kind) % connections
    return Array.from({ length: Math.ceil((devices - first) / connections) }, (_, n) => filter(first + n * connections))
  })
