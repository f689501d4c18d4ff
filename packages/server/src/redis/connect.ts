import type { ConnectionOptions } from 'node:tls'
import { type RedisOptions as ClientOptions, Cluster, Redis } from 'ioredis'
import type { Account, HostAndPort, RedisAddress } from './address.js'

export interface ConnectTerms {
  address: RedisAddress
  tls: ConnectionOptions
  /** How long Redis may take to connect, and to answer, before its connection is given up. */
  answerWithinMs: number
  /** Where a server is reached, by the address that it announces. */
  reachedAt: Readonly<Record<string, HostAndPort>>
}

export type RedisConnection = Redis | Cluster

/** A connection for commands. Once lost, it is gone, and what was asked over it has failed. */
export const commandConnection = (terms: ConnectTerms): RedisConnection => {
  if (terms.address.kind !== 'cluster') return singleConnection(terms, terms.address.hosts[0])
  return new Cluster([...terms.address.hosts], {
    lazyConnect: true,
    clusterRetryStrategy: null,
    // A command whose answer is lost is never sent again by the client: only who asked knows whether it may be done twice.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: 2_000,
    slotsRefreshTimeout: terms.answerWithinMs,
    natMap: terms.reachedAt,
    redisOptions: commonOptions(terms),
  })
}

/** A connection to one server: to this one, to the master, or to this node of the cluster. */
export const singleConnection = (terms: ConnectTerms, host: HostAndPort): Redis =>
  new Redis({
    ...commonOptions(terms),
    ...(terms.address.kind === 'sentinel' ? sentinelOptions(terms) : { ...host, db: terms.address.db }),
    enableOfflineQueue: false,
    retryStrategy: null,
    lazyConnect: true,
  })

const commonOptions = ({ address, tls, answerWithinMs }: ConnectTerms) =>
  ({
    ...accountOptions(address),
    ...(address.secure && { tls }),
    connectTimeout: answerWithinMs,
    socketTimeout: answerWithinMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    connectionName: 'daakia',
  }) satisfies ClientOptions

const sentinelOptions = ({ address, tls, reachedAt }: ConnectTerms): Omit<ClientOptions, 'replyMapping'> => ({
  sentinels: [...address.hosts],
  ...(address.service && { name: address.service }),
  ...(address.sentinel.username && { sentinelUsername: address.sentinel.username }),
  ...(address.sentinel.password && { sentinelPassword: address.sentinel.password }),
  ...(address.secure && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  db: address.db,
  natMap: reachedAt,
  sentinelRetryStrategy: () => null,
  failoverDetector: true,
})

const accountOptions = ({ username, password }: Account) => ({
  ...(username && { username }),
  ...(password !== undefined && { password }),
})
