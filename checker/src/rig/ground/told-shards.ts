import type { Shards } from '../../history/event.js'
import { shardsOf } from './ground.js'
import { shardsOfPartitions } from './slots.js'

/** What a history has to know of a Cluster. */
export interface ClusterTerms {
  /** How many replicas have to have what is written. */
  replicas: number
  /** What is stored is divided into so many; absent, as many as the server likes. */
  partitions: number | undefined
}

/** Where a Cluster keeps what is stored, for its history. */
export const toldShards = ({ replicas, partitions }: ClusterTerms): Shards => ({
  what: 'shards',
  type: 'info',
  shards: shardsOf('cluster'),
  partitions: shardsOfPartitions(partitions),
  vendor: 'dev',
  replicas,
})
