import { batchesOf } from '../load/batch.js'
import { runFlows } from '../load/flows.js'
import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'

const subscriberCount = 500
const topic = 'bench/all'
const messagesPerWrite = 32
const window = 4

/** One publisher and five hundred subscribers: deliveries. */
export const oneToMany: Scenario = {
  name: 'one-to-many',
  needs: [],
  measure: async (rig) => {
    const subscribers = await rig.openMany(subscriberCount, 'sub', (link) => link.subscribe([topic], 0))
    const publishers = [await rig.open('pub')]
    const messages = Array(messagesPerWrite).fill({ topic, payload: payloadOf64, qos: 0 })
    const batches = batchesOf(rig.dialect, messages, messagesPerWrite)
    const plan = { publishers, subscribers, batches, copies: subscriberCount, window }
    const { rate, notes } = await runFlows(rig, [plan])
    return [rateReading(`QoS 0, one to ${subscriberCount}`, 'deliveries/s', rate, notes)]
  },
}
