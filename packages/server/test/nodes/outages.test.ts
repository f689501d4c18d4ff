import { test } from 'vitest'
import { nodesOn } from '../support/nodes.js'
import { redisOfItsOwn } from '../support/redis/index.js'
import { talkThrough } from '../support/talk-through.js'

const outages = 5

test(`${outages} deaths of Redis under load lose nothing, double nothing, and keep the order`, {
  timeout: 120_000,
}, async () => {
  const redis = await redisOfItsOwn({ appendOnly: true })
  const start = nodesOn(redis)
  const outage = async () => {
    await redis.kill()
    await redis.start()
  }
  await talkThrough([await start(), await start()], Array(outages).fill(outage))
})
