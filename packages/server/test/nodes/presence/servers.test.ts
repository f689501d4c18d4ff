import { expect, test } from 'vitest'
import type { Client } from '../../support/client.js'
import { nodesOn } from '../../support/nodes.js'
import { textOf } from '../../support/peer.js'
import { sharedRedis } from '../../support/redis/index.js'

const redis = sharedRedis()

/** The status that a watcher is told next. */
const told = async (watcher: Client): Promise<string> => {
  const message = await watcher.hears()
  return `${message.topic.split('/')[2]} ${JSON.parse(textOf(message)).status}`
}

const open = async () => {
  const start = nodesOn(redis, { limits: { presenceGraceMs: 100 } })
  const [one, two] = [await start(), await start()]
  const ben = await two.client('ben')
  await ben.say('daak/to/ana', 'hello')
  await ben.subscribe(ben.replies)
  await ben.subscribe('daak/presence/ana')
  return { one, two, ben }
}

test('who comes, goes and is away on one node is told on another', async () => {
  const { one, two, ben } = await open()
  const ana = await one.client('ana', { connection: 'phone' })
  expect(await told(ben)).toBe('ana online')
  await ana.say('daak/presence/ana', '{"status":"away"}')
  expect(await told(ben)).toBe('ana away')
  const laptop = await two.client('ana', { connection: 'laptop' })
  expect(await told(ben)).toBe('ana online')
  await laptop.disconnect()
  expect(await told(ben)).toBe('ana away')
  await ana.disconnect()
  expect(await told(ben)).toBe('ana offline')
})

test('clients of a node that is cut off are offline after its lease and the grace, and online when it is back', async () => {
  const { one, ben } = await open()
  await one.client('ana')
  expect(await told(ben)).toBe('ana online')
  one.cable.cut()
  expect(await told(ben)).toBe('ana offline')
  const read = await ben.call('presence/read', { clients: ['ana'] })
  expect(read).toMatchObject({ result: { presences: [{ client: 'ana', status: 'offline' }] } })
  one.cable.mend()
  expect(await told(ben)).toBe('ana online')
})
