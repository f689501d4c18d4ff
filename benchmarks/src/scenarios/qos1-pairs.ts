import { LoadClient } from '../load/load-client.js'
import { Window } from '../load/window.js'
import { type Measurement, rate } from '../measure.js'

const pairs = 50
const outstanding = 20
const payload = new Uint8Array(64)

/** Fifty publishers with twenty messages outstanding each, and a subscriber for each: messages that arrive, per second. */
export const qos1Pairs = async (port: number): Promise<Measurement> => {
  let received = 0
  const subscribers: LoadClient[] = []
  const publishers: Window[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const subscriber = await LoadClient.open(port, `sub1-${pair}`, { message: () => received++ })
    await subscriber.subscribe(`bench1/${pair}`, 1)
    subscribers.push(subscriber)
    publishers.push(new Window(outstanding, `bench1/${pair}`, payload))
  }
  for (const [index, publisher] of publishers.entries()) await publisher.start(port, `pub1-${index}`)
  const value = await rate(() => received)
  for (const client of publishers) client.stop()
  for (const client of subscribers) client.close()
  return { name: `QoS 1, ${pairs} pairs, ${outstanding} outstanding each`, value, unit: 'msgs/s' }
}
