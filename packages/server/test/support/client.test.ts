import { expect, test } from 'vitest'
import { TestServer } from './server.js'

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

test('a client that would not hear the answer to its call is told so, and waits for none', async () => {
  const server = await TestServer.open()
  const ana = await server.client('ana', kept)
  await expect(ana.call('roster/read', {})).rejects.toThrow('ana would not hear the answer to roster/read: subscribe')
  await ana.subscribe(ana.replies)
  expect(await ana.call('roster/read', {})).toMatchObject({ result: {} })
  await ana.disconnect()
  const back = await server.client('ana', kept)
  expect(await back.call('roster/read', {})).toMatchObject({ result: {} })
  await back.unsubscribe(back.replies)
  await expect(back.call('roster/read', {})).rejects.toThrow('would not hear')
})
