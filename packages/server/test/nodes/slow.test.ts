import { connect } from 'node:net'
import { encode } from '@daakia/protocol/mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { nodesOn } from '../support/nodes.js'
import { connectPacket, Peer, publishPacket } from '../support/peer.js'
import { redisOfItsOwn } from '../support/redis/index.js'

const messages = 1_000
const payload = 'x'.repeat(40_000)
/** What a node may hold for its clients meanwhile, and what the sockets between them take. */
const most = 16 * 1024 * 1024

/** A publisher that does not wait for anything. */
const flooder = async (port: number, name: string) => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.write(encode(connectPacket({ version: 5, clientId: name, username: name }), 5))
  await new Promise((resolve) => socket.once('data', resolve))
  return {
    publish: (topic: string, text: string) => socket.write(encode(publishPacket(topic, text), 5)),
    get unsent() {
      return socket.writableLength
    },
  }
}

/** Resolves when the node has read what it reads: another client is served all the while. */
const settled = async (other: Peer, unsent: () => number): Promise<number> => {
  for (let before = unsent(); ; before = unsent()) {
    for (let ping = 0; ping < 100; ping++) {
      await other.heard()
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (unsent() === before) return before
  }
}

test('a slow Redis makes publishers wait: they are read no more, and nothing is lost', async () => {
  const redis = await redisOfItsOwn()
  const node = await nodesOn(redis, { listen: { mqttPort: 0 } })()
  const ben = await node.person('ben')
  const other = new Peer(node.server.connect())
  await other.connect({ clientId: 'cem', username: 'cem' })
  const flood = await flooder(node.ports.mqttPort as number, 'ana')
  redis.pause()
  for (let n = 0; n < messages; n++) flood.publish('daak/to/ben', `${n} ${payload}`)
  expect(await settled(other, () => flood.unsent)).toBeGreaterThan(messages * payload.length - most)
  redis.resume()
  const heard = await ben.hearsTexts(messages)
  expect(heard.map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: messages }, (_, n) => n))
})
