import { batchOf } from '../load/batch.js'
import { runFlows } from '../load/flows.js'
import type { Rig } from '../load/rig.js'
import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'

const pairs = 10
const window = 5

/** Ten publishers, each with a subscriber of its own: messages that arrive. */
export const measurePairs = async (rig: Rig, payload: Uint8Array) => {
  const topics = Array.from({ length: pairs }, (_, pair) => `bench/${pair}`)
  const subscribers = await rig.openMany(pairs, 'sub', (link, pair) => link.subscribe([topics[pair] as string], 0))
  const publishers = await rig.openMany(pairs, 'pub')
  const plans = topics.map((topic, pair) => ({
    publishers: publishers.slice(pair, pair + 1),
    subscribers: subscribers.slice(pair, pair + 1),
    batches: [batchOf(rig.dialect, { topic, payload, qos: 0 })],
    copies: 1,
    window,
  }))
  return runFlows(rig, plans)
}

export const qos0Pairs: Scenario = {
  name: 'qos0-pairs',
  needs: [],
  measure: async (rig) => {
    const { rate, notes } = await measurePairs(rig, payloadOf64)
    return [rateReading(`QoS 0, ${pairs} pairs`, 'msgs/s', rate, notes)]
  },
}
