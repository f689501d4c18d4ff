import { encode } from '@daakia/protocol/mqtt'
import { LoadClient } from '../load/load-client.js'
import { type Measurement, rate } from '../measure.js'

const pairs = 10
const packetsPerWrite = 64
const payload = new Uint8Array(64)

/** Ten publishers at full speed, each with a subscriber of its own: messages that arrive, per second. */
export const qos0Pairs = async (port: number): Promise<Measurement> => {
  let received = 0
  let running = true
  const clients: LoadClient[] = []
  const feed = async (client: LoadClient, bytes: Uint8Array) => {
    while (running) if (!client.write(bytes)) await client.drained()
  }
  for (let pair = 0; pair < pairs; pair++) {
    const topic = `bench/${pair}`
    const subscriber = await LoadClient.open(port, `sub-${pair}`, { message: () => received++ })
    await subscriber.subscribe(topic, 0)
    const publisher = await LoadClient.open(port, `pub-${pair}`)
    const packet = encode({ type: 'publish', topic, payload, qos: 0, retain: false, dup: false }, 5)
    void feed(publisher, Buffer.concat(Array<Uint8Array>(packetsPerWrite).fill(packet)))
    clients.push(subscriber, publisher)
  }
  const value = await rate(() => received)
  running = false
  for (const client of clients) client.close()
  return { name: `QoS 0, ${pairs} pairs, 64 B`, value, unit: 'msgs/s' }
}
