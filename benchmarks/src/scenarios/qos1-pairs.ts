import { acknowledging } from '../load/acknowledging.js'
import type { Link } from '../load/link.js'
import { Window } from '../load/window.js'
import { payloadOf64 } from './payload.js'
import { rateReading, type Scenario } from './port.js'

const pairs = 50
const outstanding = 20

/** Fifty publishers with twenty messages outstanding each, and a subscriber for each: messages that arrive. */
export const qos1Pairs: Scenario = {
  name: 'qos1-pairs',
  needs: ['qos1'],
  measure: async (rig) => {
    let received = 0
    await rig.openMany(pairs, 'sub', async (link, pair) => {
      await link.subscribe([`bench/${pair}`], 1)
      acknowledging(link, { message: () => received++ })
    })
    const publishers = await rig.openMany(pairs, 'pub')
    const windows = publishers.map((link: Link, pair) => {
      const message = { topic: `bench/${pair}`, payload: payloadOf64 }
      return new Window(link, { dialect: rig.dialect, size: outstanding, ...message })
    })
    for (const window of windows) window.start()
    const rate = await rig.rate(() => received)
    for (const window of windows) window.stop()
    return [rateReading(`QoS 1, ${pairs} pairs, ${outstanding} outstanding each`, 'msgs/s', rate)]
  },
}
