import { expect, test } from 'vitest'
import { nodesOn } from '../support/nodes.js'
import { textOf } from '../support/peer.js'
import { sharedRedis } from '../support/redis/index.js'

const redis = sharedRedis()

test('people on different nodes talk to each other', async () => {
  const start = nodesOn(redis)
  const [one, two] = [await start(), await start()]
  const [ana, ben] = [await one.person('ana'), await two.person('ben')]
  await ana.say('daak/to/ben', 'hello')
  expect(textOf(await ben.hears())).toBe('hello')
  await ben.say('daak/to/ana', 'hello yourself')
  expect(await ana.hearsTexts(2)).toEqual(['hello', 'hello yourself'])
})
