import type { RedisStorage } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { ConfigError } from '../config/problems.js'
import { withSecrets } from '../config/secrets.js'
import { withoutPassword } from '../config/without-password.js'

/** Whether somebody means a Redis by it, and no folder. */
export const isRedisUrl = (place: string): boolean => /^rediss?(\+\w+)?:\/\//.test(place)

/** The Redis of this URL; without one, that which `daakia serve` would use. @throws ConfigError */
export const redisPlaceOf = async (
  config: DaakiaConfig,
  url?: string,
): Promise<Pick<RedisStorage, 'url' | 'prefix' | 'partitions'>> => {
  const { redis = '', redisPrefix: prefix, redisPartitions: partitions } = await withSecrets(config)
  const chosen = url ?? redis
  if (chosen === '')
    throw new ConfigError(['There is no Redis in the configuration: give its URL, or set DAAKIA_REDIS.'])
  return { url: chosen, ...(prefix !== undefined && { prefix }), ...(partitions !== undefined && { partitions }) }
}

/** What to do about the data of a Redis, where a folder is wanted. */
export const notAFolder = (url: string): ConfigError =>
  new ConfigError([
    `${withoutPassword(url)} is a Redis, and this command is for folders. Have Redis keep copies of itself (RDB or AOF), ` +
      'or stop all servers, move everything to a folder, and use that: daakia migrate --from redis --to FOLDER.',
  ])
