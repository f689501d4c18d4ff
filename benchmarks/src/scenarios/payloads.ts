import { rateReading, type Scenario } from './port.js'
import { measurePairs } from './qos0-pairs.js'

const kib = 1024

/** The pairs of QoS 0 with larger payloads; 64 bytes are the pairs themselves. */
const withPayload = (title: string, bytes: number): Scenario => ({
  name: `payload-${title.replace(' ', '').toLowerCase()}`,
  needs: [],
  measure: async (rig) => {
    const { rate, notes } = await measurePairs(rig, new Uint8Array(bytes))
    return [rateReading(`QoS 0 pairs, payloads of ${title}`, 'msgs/s', rate, notes)]
  },
})

export const payload1k = withPayload('1 KB', kib)
export const payload16k = withPayload('16 KB', 16 * kib)
export const payload64k = withPayload('64 KB', 64 * kib)
