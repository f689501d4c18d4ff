import type { SharedKeyValue } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import type { RedisLink } from '../../../src/redis/link.js'
import type { Storage } from '../storage.js'
import { sharedRedis } from './index.js'

/** Opens storage in a Redis that the tests of a file share, each time with nothing in it. */
export const inRedis = (): (() => Promise<Storage<SharedKeyValue>>) => {
  const redis = sharedRedis()
  return async () => over(await redis.link())
}

const over = (link: RedisLink): Storage<SharedKeyValue> => {
  const keyValue = new RedisKeyValue({ link, partition: 0 })
  return {
    keyValue,
    async reopen() {
      await keyValue.close()
      return over(link)
    },
    async remove() {
      await keyValue.close()
      link.close()
    },
  }
}
