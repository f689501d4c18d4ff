import { Line } from '../line.js'
import { type Ground, lineOf } from './ground.js'
import { RedisProcess } from './redis-process.js'

export interface GroundOptions {
  folder: string
  /** Names of the servers, which get a line each. */
  servers: readonly string[]
  died(name: string, reason: string): void
}

/** One Redis, to which each server has a line. */
export const onSingleRedis = async ({ folder, servers, died }: GroundOptions): Promise<Ground> => {
  const name = 'redis'
  const redis = await RedisProcess.start({ name, folder, died: (reason) => died(name, reason) })
  const lines = new Map<string, Line>()
  for (const server of servers) lines.set(lineOf(server), await Line.open(() => redis.port))
  return {
    lines,
    redis: new Map([[name, redis]]),
    storageFor: (server) => ({ redis: { url: `redis://127.0.0.1:${lines.get(lineOf(server))?.port}` } }),
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
