import type { RedisState } from '../../history/event.js'
import { Line } from '../line.js'
import { type Ground, lineOf } from './ground.js'
import { RedisProcess } from './redis-process.js'

export interface GroundOptions {
  folder: string
  /** Names of the servers, which get a line each. */
  servers: readonly string[]
  died(name: string, reason: string): void
  /** Told what has become of a Redis. */
  became(name: string, state: RedisState): void
  /** How many replicas of a Cluster have to have what is written. */
  replicas: number
  /** What is stored is divided into so many; absent, as many as the server likes. */
  partitions: number | undefined
}

/** One Redis, to which each server has a line. */
export const onSingleRedis = async ({ folder, servers, died, partitions }: GroundOptions): Promise<Ground> => {
  const name = 'redis'
  const redis = await RedisProcess.start({ name, folder, died: (reason) => died(name, reason) })
  const lines = new Map<string, Line>()
  for (const server of servers) lines.set(lineOf(server), await Line.open(() => redis.port))
  return {
    lines,
    redis: new Map([[name, redis]]),
    storageFor: (server) => ({
      redis: { url: `redis://127.0.0.1:${lines.get(lineOf(server))?.port}`, ...(partitions && { partitions }) },
    }),
    failOver: async () => {},
    killMaster: async () => {},
    async restart() {
      await redis.kill()
      await redis.start()
    },
    async close() {
      await Promise.all([...lines.values()].map((line) => line.close()))
      await redis.kill()
    },
  }
}
