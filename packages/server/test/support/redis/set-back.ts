import type { RedisLink } from '../../../src/redis/link.js'

/** In one step, so that nobody sees it half done. */
const restore = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end
for at, key in ipairs(KEYS) do redis.call('RESTORE', key, 0, ARGV[at + 1]) end
`

/** Keeps what one partition has, as a replica does that gets nothing more; answers the way to go on with that. */
export const rememberPartition = async (link: RedisLink, partition: number): Promise<() => Promise<void>> => {
  const pattern = `${link.prefix}{${partition}}:*`
  const keys = ((await link.call('keys', pattern)) as Buffer[]).map(String)
  const dumps = await Promise.all(keys.map((key) => link.call('dump', key) as Promise<Buffer>))
  return async () => void (await link.call('eval', restore, keys.length, ...keys, pattern, ...dumps))
}
