import type { RedisLink } from '../link.js'
import { RedisScript } from '../script.js'
import livingSource from './living.lua'

const living = new RedisScript('living', livingSource)

/** The nodes of a server that have a lease now, asked by who is none of them. @throws {RedisError} */
export const nodesThatLive = async (link: RedisLink): Promise<readonly string[]> =>
  ((await link.run(living, [nodesKey(link)], [])) as Buffer[]).map(String)

export const nodesKey = ({ prefix }: Pick<RedisLink, 'prefix'>): string => `${prefix}nodes`
