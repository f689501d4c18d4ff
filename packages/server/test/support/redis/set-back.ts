import type { RedisLink } from '../../../src/redis/link.js'

/** Each in one step, so that nobody sees it half done, and no key is gone before it is kept. */
const keep = `
local kept = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  kept[#kept + 1] = key
  kept[#kept + 1] = redis.call('DUMP', key)
end
return kept
`
const restore = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end
for at, key in ipairs(KEYS) do redis.call('RESTORE', key, 0, ARGV[at + 1]) end
`

/** Keeps what one partition has, as a replica does that gets nothing more; answers the way to go on with that. */
export const rememberPartition = async (link: RedisLink, partition: number): Promise<() => Promise<void>> => {
  const pattern = `${link.prefix}{${partition}}:*`
  const kept = (await link.call('eval', keep, 0, pattern)) as Buffer[]
  const keys = kept.filter((_, at) => at % 2 === 0)
  const dumps = kept.filter((_, at) => at % 2 === 1)
  return async () => void (await link.call('eval', restore, keys.length, ...keys, pattern, ...dumps))
}
