import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'
import { measurePairs } from './qos0-pairs.js'

/** The pairs of QoS 0 again, encrypted. */
export const tlsPairs: Scenario = {
  name: 'tls-pairs',
  needs: ['tls'],
  secure: true,
  measure: async (rig) => {
    const { rate, notes } = await measurePairs(rig, payloadOf64)
    return [rateReading('QoS 0 pairs over TLS', 'msgs/s', rate, notes)]
  },
}
