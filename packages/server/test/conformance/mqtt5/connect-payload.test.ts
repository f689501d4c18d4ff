import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../../src/connection-manager/index.js'
import { textOf } from '../../support/peer.js'
import { connectBytes, expectMessages, field, house, kept, letters, say } from '../support.js'

describe('3.1.3 The payload', () => {
  it('[MQTT-3.1.3-1] is read as client identifier, will, user name and password, in this order', async () => {
    const asked: Credentials[] = []
    const server = await house({
      authentication: [
        (credentials) => {
          asked.push(credentials)
          return { identity: { vendor: 'v', client: credentials.username ?? '' } }
        },
      ],
    })
    const watcher = await server.connect('watcher', { username: 'watcher' })
    await watcher.subscribe('gone')
    const ana = server.peer()
    const payload = [...field('phone'), 0, ...field('gone'), ...field('bye'), ...field('ana'), ...field('secret')]
    ana.sendBytes(connectBytes(...field('MQTT'), 5, 0xc6, 0, 0, 0, ...payload))
    await ana.expect('connack')
    expect(asked[1]).toMatchObject({ connection: 'phone', username: 'ana', password: letters('secret') })
    await ana.vanish()
    expect(textOf(await watcher.expect('publish'))).toBe('bye')
  })

  it('[MQTT-3.1.3-5] may have a client identifier of 1 to 23 of these letters and digits', async () => {
    const server = await house()
    const all = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
    for (let length = 1; length <= 23; length++) await server.connect(all.slice(0, length))
    for (let from = 0; from < all.length; from += 23)
      expect((await server.connect(all.slice(from, from + 23))).connack.reasonCode).toBe(0)
  })

  it('[MQTT-3.1.3-8] is refused with 0x85 for a client identifier that is too long', async () => {
    const server = await house({ connectionLimits: { clientIdLength: 30 } })
    const ana = server.peer()
    const connack = await ana.connect({ clientId: 'a'.repeat(31) })
    expect(connack).toMatchObject({ reasonCode: ReasonCode.ClientIdentifierNotValid })
    await ana.closed
    expect((await server.connect('a'.repeat(30))).connack.reasonCode).toBe(0)
  })
})

describe('3.1.3.1 An empty client identifier', () => {
  it('[MQTT-3.1.3-6] [MQTT-3.2.2-16] is replaced by one that nobody has', async () => {
    const server = await house()
    const assigned = new Set<string | undefined>()
    for (let i = 0; i < 50; i++) {
      const { connack } = await server.connect('', { username: 'ana' })
      assigned.add(connack.properties?.assignedClientIdentifier)
    }
    expect(assigned.size).toBe(50)
    expect(assigned.has(undefined)).toBe(false)
  })

  it('[MQTT-3.1.3-7] has a session like another, by the identifier that CONNACK names', async () => {
    const server = await house()
    const before = await server.connect('', { ...kept, username: 'ana' })
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    await say(await server.connect('ben'), 'room', 'meanwhile')
    const clientId = before.connack.properties?.assignedClientIdentifier ?? ''
    const back = await server.connect(clientId, { ...kept, username: 'ana' })
    expect(back.connack.sessionPresent).toBe(true)
    expect(back.connack.properties?.assignedClientIdentifier).toBeUndefined()
    await expectMessages(back, 'meanwhile')
  })
})
