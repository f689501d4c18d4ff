import { onCluster } from './cluster.js'
import { inFolder } from './folder.js'
import type { Ground, RedisKind } from './ground.js'
import { type GroundOptions, onSingleRedis } from './single-redis.js'

export { type Ground, linesOf, type RedisKind, redisKinds, redisNames, type Storage, shardsOf } from './ground.js'
export { shardsOfPartitions } from './slots.js'
export { toldShards } from './told-shards.js'

/** Starts what the servers keep their data in. */
export const layGround = async (kind: RedisKind | undefined, options: GroundOptions): Promise<Ground> => {
  if (kind === 'single') return onSingleRedis(options)
  return kind === 'cluster' ? onCluster(options) : inFolder(options.folder)
}
