import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from '@daakia/protocol'
import { createActivity } from '../activity.js'
import { refuseHalfMoved } from '../archive/migrate/unfinished.js'
import { placeOf } from '../archive/place-of.js'
import { StoredLeases } from '../backend/stored-leases.js'
import { RedisBus } from '../broker/redis-bus.js'
import { RedisConnections } from '../connection-manager/redis-connections.js'
import { firstPartition } from '../kv/port.js'
import { openPartitions } from '../kv/redis/partitions.js'
import type { ServerSettings } from '../options.js'
import { RedisPeers } from '../peers/redis-peers.js'
import { RedisLink, type RedisOptions } from '../redis/link.js'
import { Nodes } from '../redis/nodes/nodes.js'
import { SharedPresence } from '../state/presence/shared.js'
import type { Foundation } from './foundation.js'

/**
 * One of the nodes of a server that share a Redis.
 *
 * @throws {RedisError} where it can't be reached, or is not fit
 */
export const redisFoundation = async (
  { partitions, ...redis }: RedisOptions & { partitions?: number },
  settings: ServerSettings,
): Promise<Foundation> => {
  const { clock, random, log } = settings
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer()
  }
  const closing = <T extends { close(): Promise<void> | void }>(opened: T): T => {
    closers.push(() => opened.close())
    return opened
  }
  try {
    const link = closing(await RedisLink.open({ ...redis, clock, random, log }))
    const kv = closing(await openPartitions({ link, clock, placeOf, ...(partitions !== undefined && { partitions }) }))
    await kv.read((reader) => refuseHalfMoved(reader, link.shown))
    const nodes = await Nodes.join({ link, clock, node: nodeName() })
    closers.push(() => nodes.leave())
    const peers = closing(await RedisPeers.open({ link, nodes }))
    const leases = new StoredLeases({ kv, peers, ...settings.leases })
    return {
      ...{ kv, peers, leases, close },
      back: () => backAt(link, clock),
      onBack: (listener) => link.onBack(listener),
      sharing: { shared: true, isInForce: (...asked) => leases.isInForce(...asked) },
      bus: closing(await RedisBus.open({ link, node: nodes.node })),
      connections: closing(await RedisConnections.open({ link, nodes, clock })),
      presence: closing(
        await SharedPresence.open({ ...settings, kv: firstPartition(kv), peers, activity: createActivity() }),
      ),
    }
  } catch (error) {
    await close()
    throw error
  }
}

const waitMs = 100

/** Where it is there already, a moment later: what failed just now is not to be tried without end. */
const backAt = (link: RedisLink, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    if (link.isUp) {
      clock.after(waitMs, resolve, 'reconnect')
      return
    }
    const stop = link.onBack(() => {
      stop()
      resolve()
    })
  })

/** Another one each time, and one by which people know the machine. */
const nodeName = (): string => `${hostname()}-${randomBytes(6).toString('hex')}`
