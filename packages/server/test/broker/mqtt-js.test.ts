import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { listenTcp } from '../../src/connection-manager/index.js'
import { doorOptions, type OpenDoors, openDoors } from '../support/doors.js'
import { onDisk } from '../support/storage.js'

/** Another server on the same port, over the same folder, as after a restart of its process. */
const restart = async (doors: OpenDoors): Promise<{ close(): Promise<void> }> => {
  const { port } = doors.tcp
  await doors.tcp.close()
  await doors.http.close()
  const house = await doors.house.restart()
  const tcp = await listenTcp({ ...doorOptions(house), port, accept: house.accept })
  return {
    async close() {
      await tcp.close()
      await house.close()
    },
  }
}

const keptBy = (protocolVersion: 4 | 5): IClientOptions => ({
  protocolVersion,
  clientId: 'ana',
  clean: false,
  reconnectPeriod: 20,
  ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 600 } }),
})

/** What a client hears, up to a message that says `last`. */
const collect = (client: MqttClient): { heard: string[]; last: Promise<void> } => {
  const heard: string[] = []
  const last = new Promise<void>((resolve) => {
    client.on('message', (_, payload) => {
      heard.push(payload.toString())
      if (heard.at(-1) === 'last') resolve()
    })
  })
  return { heard, last }
}

describe.each([4, 5] as const)('mqtt.js with version %i', (protocolVersion) => {
  it('finds its session again after a restart of the server, and misses nothing that was said meanwhile', async () => {
    const doors = await openDoors({ storage: await onDisk() })
    const ana = await mqtt.connectAsync(doors.tcpUrl, keptBy(protocolVersion))
    const { heard, last } = collect(ana)
    await ana.subscribeAsync({ 'room/one': { qos: 1 }, 'room/two': { qos: 2 } })
    const closed = new Promise<void>((resolve) => ana.once('close', resolve))
    const next = await restart(doors)
    await closed

    const ben = await mqtt.connectAsync(doors.tcpUrl, { protocolVersion, clientId: 'ben' })
    await ben.publishAsync('room/one', 'with 1', { qos: 1 })
    await ben.publishAsync('room/two', 'with 2', { qos: 2 })
    await ben.publishAsync('room/two', 'last', { qos: 2 })
    await last
    expect(heard).toEqual(['with 1', 'with 2', 'last'])
    await ben.endAsync()
    await ana.endAsync()
    await next.close()
  })

  it('that publishes while the server restarts has each QoS 2 message taken once', async () => {
    const doors = await openDoors({ storage: await onDisk() })
    const reader = await mqtt.connectAsync(doors.tcpUrl, { ...keptBy(protocolVersion), clientId: 'reader' })
    const { heard, last } = collect(reader)
    await reader.subscribeAsync('room', { qos: 2 })
    const ana = await mqtt.connectAsync(doors.tcpUrl, keptBy(protocolVersion))
    const texts = Array.from({ length: 50 }, (_, i) => String(i))
    const taken = Promise.all(texts.map((text) => ana.publishAsync('room', text, { qos: 2 })))
    const next = await restart(doors)
    await taken
    await ana.publishAsync('room', 'last', { qos: 2 })
    await last
    expect(heard).toEqual([...texts, 'last'])
    await ana.endAsync()
    await reader.endAsync()
    await next.close()
  })
})
