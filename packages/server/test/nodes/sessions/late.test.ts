import { expect, test } from 'vitest'
import { nodesOn } from '../../support/nodes.js'
import { redisOfItsOwn } from '../../support/redis/index.js'
import { soon } from '../soon.js'

test('a QoS 2 message that a node had not taken yet when its session went on elsewhere is taken once', async () => {
  const redis = await redisOfItsOwn({ appendOnly: true })
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const ben = await two.person('ben')
  const kept = { version: 4, cleanStart: false } as const
  const message = ['daak/to/ben', 'hello', { qos: 2, packetId: 7 }] as const
  const before = await one.client('ana', kept)
  one.cable.cut()
  before.send(...message)
  const ana = await two.client('ana', kept)
  ana.send(...message)
  expect(await ana.answer()).toMatchObject({ type: 'pubrec', packetId: 7 })
  one.cable.mend()
  await before.closed
  // What the node was doing is over when it lets somebody in again.
  while ((await one.client('cleo')).connack.reasonCode !== 0) await soon()
  await (await one.client('cleo', { connection: 'cleo-2' })).say('daak/to/ben', 'and that was all')
  expect(await ben.hearsTexts(2)).toEqual(['hello', 'and that was all'])
}, 30_000)
