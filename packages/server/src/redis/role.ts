import type { Redis } from 'ioredis'
import { RedisError } from './errors.js'

/** It is a replica. One that does not let us ask counts as a master: what is written there tells. */
export const isReplica = async (connection: Redis): Promise<boolean> => {
  const [role] = await connection.role().catch(unlessLost)
  return role === 'slave'
}

/**
 * Looks whether this is the master, before it is used.
 *
 * @throws {RedisError} `away` where it is a replica: another one is the master, or this one is to be
 */
export const needMaster = async (connection: Redis, shown: string): Promise<void> => {
  if (await isReplica(connection))
    throw new RedisError('away', `Redis at ${shown} is a replica: give the URL of the master, or wait until it is that`)
}

const unlessLost = (error: Error): readonly [] => {
  if (error.name !== 'ReplyError') throw error
  return []
}
