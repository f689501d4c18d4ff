import { once } from 'node:events'
import { encode } from '@daakia/protocol/mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { openDoors } from '../../support/doors.js'
import { connectPacket, publishPacket, subscriptionRequest } from '../../support/peer.js'
import { bothVersions } from '../support.js'

/** A WebSocket that is open, and all that comes by it. */
const openSocket = async (protocols: string[] = ['mqtt']) => {
  const doors = await openDoors()
  const socket = new WebSocket(doors.webSocketUrl, protocols)
  onTestFinished(async () => {
    socket.terminate()
    await doors.close()
  })
  const frames: { data: Buffer; binary: boolean }[] = []
  socket.on('message', (data: Buffer, binary: boolean) => frames.push({ data, binary }))
  await once(socket, 'open')
  return { socket, frames }
}

const pingresp = Buffer.of(0xd0, 0)

describe.each(bothVersions)('6 WebSocket with $name:', ({ plain }) => {
  const conversation = () =>
    Buffer.concat([
      encode(connectPacket(plain), plain.version),
      encode({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('room')] }, plain.version),
      encode(publishPacket('room', 'hello'), plain.version),
      encode({ type: 'pingreq' }, plain.version),
    ])

  const until = async ({ socket, frames }: Awaited<ReturnType<typeof openSocket>>, end: Buffer): Promise<Buffer> => {
    const all = () => Buffer.concat(frames.map(({ data }) => data))
    while (!all().subarray(-end.length).equals(end)) await once(socket, 'message')
    return all()
  }

  it('[MQTT-6.0.0-1] packets go in binary frames, and a text frame closes the connection', async () => {
    const opened = await openSocket()
    opened.socket.send(conversation())
    await until(opened, pingresp)
    expect(opened.frames.every(({ binary }) => binary)).toBe(true)
    opened.socket.send('text')
    await once(opened.socket, 'close')
  })

  it.each([1, 2, 3, 7, 1_000])('[MQTT-6.0.0-2] frames of %i bytes may cut packets and hold several', async (size) => {
    const opened = await openSocket()
    const bytes = conversation()
    for (let at = 0; at < bytes.length; at += size) opened.socket.send(bytes.subarray(at, at + size))
    expect((await until(opened, pingresp)).includes('hello')).toBe(true)
  })
})

describe('6 The WebSocket subprotocol', () => {
  it('[MQTT-6.0.0-3] has to be offered', async () => {
    const doors = await openDoors()
    onTestFinished(() => doors.close())
    for (const protocols of [[], ['amqp']]) {
      const socket = new WebSocket(doors.webSocketUrl, protocols)
      const [, response] = await once(socket, 'unexpected-response')
      expect(response.statusCode).toBe(400)
      response.destroy()
    }
  })

  it('[MQTT-6.0.0-4] is mqtt, whatever else is offered', async () => {
    for (const protocols of [['mqtt'], ['amqp', 'mqtt'], ['mqttv3.1', 'mqtt']])
      expect((await openSocket(protocols)).socket.protocol).toBe('mqtt')
  })
})
