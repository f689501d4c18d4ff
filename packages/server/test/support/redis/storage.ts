import { systemClock } from '@daakia/protocol'
import { placeOf } from '../../../src/archive/place-of.js'
import type { SharedKeyValue } from '../../../src/kv/port.js'
import { openPartitions } from '../../../src/kv/redis/partitions.js'
import type { RedisLink } from '../../../src/redis/link.js'
import type { Storage } from '../storage.js'
import { sharedRedis } from './index.js'

/** Opens storage in a Redis that the tests of a file share, each time with nothing in it. */
export const inRedis = ({ partitions = 1 } = {}): (() => Promise<Storage<SharedKeyValue>>) => {
  const redis = sharedRedis()
  return async () => over(await redis.link(), partitions)
}

const over = async (link: RedisLink, partitions: number): Promise<Storage<SharedKeyValue>> => {
  const keyValue = await openPartitions({ link, clock: systemClock, placeOf, partitions })
  return {
    keyValue,
    async reopen() {
      await keyValue.close()
      return over(link, partitions)
    },
    async remove() {
      await keyValue.close()
      link.close()
    },
  }
}
