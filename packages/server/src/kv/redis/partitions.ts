import type { Clock } from '@daakia/protocol'
import { RedisError } from '../../redis/errors.js'
import type { RedisLink } from '../../redis/link.js'
import { PartedKeyValue, type PlaceOf } from '../partitions/parted.js'
import type { SharedKeyValue } from '../port.js'
import { SetbackListeners } from '../setbacks.js'
import { RedisKeyValue } from './key-value.js'

/** What a store of several masters is divided into, where nothing else is said; on one master it stays whole. */
const partitionsOfCluster = 16

export interface PartitionsOptions {
  link: RedisLink
  clock: Clock
  placeOf: PlaceOf
  /**
   * How many, from 1 on. Where it is absent, what is there has as many as it was made with, and what is new 16 in a Cluster, and
   * else one.
   */
  partitions?: number
}

/**
 * What all nodes of a server store in one Redis. How many partitions it has is settled by the first node.
 *
 * @throws RedisError `unfit` where it was made with another number of partitions
 */
export const openPartitions = async (options: PartitionsOptions): Promise<SharedKeyValue> => {
  const { link, clock, placeOf, partitions = link.isCluster ? partitionsOfCluster : 1 } = options
  const made = await settlePartitions(link, partitions)
  if (options.partitions !== undefined && made !== partitions)
    throw new RedisError(
      'unfit',
      `What is stored in ${link.shown} under ${link.prefix} was made with ${made} partitions, and not with ${partitions}: ` +
        'leave the number out, or give another prefix',
    )
  const setbacks = new SetbackListeners()
  const at = (partition: number) => new RedisKeyValue({ link, partition, clock, setbacks })
  const others = Array.from({ length: made - 1 }, (_, index) => at(index + 1))
  return others.length === 0 ? at(0) : new PartedKeyValue([at(0), ...others], placeOf)
}

/** Of several that come at the same time the first one counts. */
const settlePartitions = async (link: RedisLink, partitions: number): Promise<number> => {
  const key = `${link.prefix}partitions`
  const isFirst = (await link.call('set', key, partitions, 'NX')) !== null
  // Whoever had but one did not say so.
  if (isFirst && partitions > 1 && (await link.call('exists', `${link.prefix}{0}:values:inbox-epoch`)) === 1)
    await link.call('set', key, 1)
  return Number(await link.call('get', key))
}
