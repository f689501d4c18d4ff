import { batchesOf } from '../load/batch.js'
import { runFlows } from '../load/flows.js'
import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'

const publisherCount = 50
const topic = 'bench/in'
const messagesPerWrite = 64

/** Fifty publishers and one subscriber: messages that arrive. */
export const fanIn: Scenario = {
  name: 'fan-in',
  needs: [],
  measure: async (rig) => {
    const subscriber = await rig.open('sub')
    await subscriber.subscribe([topic], 0)
    const publishers = await rig.openMany(publisherCount, 'pub')
    const messages = Array(messagesPerWrite).fill({ topic, payload: payloadOf64, qos: 0 })
    const batches = batchesOf(rig.dialect, messages, messagesPerWrite)
    const { rate, notes } = await runFlows(rig, [
      { publishers, subscribers: [subscriber], batches, copies: 1, window: publisherCount },
    ])
    return [rateReading(`QoS 0, ${publisherCount} to one`, 'msgs/s', rate, notes)]
  },
}
