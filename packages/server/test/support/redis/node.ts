import type { Clock } from '@daakia/protocol'
import { systemClock } from '@daakia/protocol'
import { RedisConnections } from '../../../src/connection-manager/redis-connections.js'
import type { RedisLink } from '../../../src/redis/link.js'
import { Nodes } from '../../../src/redis/nodes/nodes.js'
import type { SharedRedis } from './index.js'

/** What of a node the tests of its ports need. */
export interface TestNode {
  link: RedisLink
  nodes: Nodes
  connections: RedisConnections
}

export interface TestNodeSettings {
  /** Nodes with the same one are of one server. */
  prefix: string
  clock?: Clock
  leaseMs?: number
}

let count = 0

/** A lease of a minute, unless a test is about its end. */
export const testNode = async (redis: SharedRedis, settings: TestNodeSettings): Promise<TestNode> => {
  const { prefix, clock = systemClock, leaseMs = 60_000 } = settings
  const link = await redis.link({ prefix })
  const nodes = await Nodes.join({ link, clock, leaseMs, node: `node-${++count}` })
  return { link, nodes, connections: await RedisConnections.open({ link, nodes, clock }) }
}
