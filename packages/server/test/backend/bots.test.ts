import type { BotList } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { Operator } from '../support/operator.js'
import { TestServer } from '../support/server.js'

describe('bots/list', () => {
  test('tells an operator which bots take turns now, by how many connections, in the order of their names', async () => {
    const server = await TestServer.open()
    const operator = await Operator.connect(server)
    const listed = async (params = {}) => (await operator.call<BotList>('bots/list', params)).bots
    expect(await listed()).toEqual([])
    await server.person('ana')
    await server.bot('support-bot', { botVersion: '3' })
    await server.bot('order-bot', { connection: 'one', botVersion: '1' })
    const newest = await server.bot('order-bot', { connection: 'two', botVersion: '2' })
    expect(await listed()).toEqual([
      { bot: 'order-bot', instances: 2, version: '2' },
      { bot: 'support-bot', instances: 1, version: '3' },
    ])
    expect(await listed({ limit: 1 })).toMatchObject([{ bot: 'order-bot' }])
    expect(await listed({ after: 'order-bot' })).toMatchObject([{ bot: 'support-bot' }])
    await newest.client.vanish()
    await server.rest()
    expect(await listed({ limit: 1 })).toEqual([{ bot: 'order-bot', instances: 1, version: '1' }])
  })

  test('is for operators alone', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    await ana.subscribe(ana.replies)
    expect(await ana.call('bots/list', {})).toMatchObject({ error: { code: -32001 } })
  })
})
