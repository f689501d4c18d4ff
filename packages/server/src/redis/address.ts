import { RedisError } from './errors.js'

export interface HostAndPort {
  host: string
  port: number
}

export interface Account {
  username?: string
  password?: string
}

/** Where a Redis is, as a URL says it. */
export interface RedisAddress extends Account {
  kind: 'server' | 'sentinel' | 'cluster'
  secure: boolean
  /** One, or the Sentinels, or some nodes of the cluster. */
  hosts: readonly [HostAndPort, ...HostAndPort[]]
  db: number
  /** What the Sentinels call the master. */
  service?: string
  /** Who asks the Sentinels, where that differs from who asks the master. */
  sentinel: Account
  /** Without passwords, for messages and logs. */
  shown: string
}

const forms =
  'redis://[user:password@]host[:port][/db], redis+sentinel://host[:port][,host[:port]]/service[/db] or ' +
  'redis+cluster://host[:port][,host[:port]], each with rediss for TLS'

const shape = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/

const defaultPorts = { server: 6379, sentinel: 26_379, cluster: 6379 }

/**
 * Reads the URL of a Redis. `redis:` and `rediss:` are those that IANA has registered; `+sentinel` and `+cluster`, with
 * several hosts between commas, are what clients in other languages take as well.
 */
export const parseAddress = (url: string): RedisAddress => {
  const [, scheme, kind = 'server', userinfo, hosts = '', path = '', query] = shape.exec(url) ?? []
  if (!scheme || !isKind(kind)) throw unfit(`${withoutPassword(url)} is no URL of a Redis: write ${forms}`)
  const address = {
    kind,
    secure: scheme === 'rediss',
    hosts: hostsOf(hosts, kind),
    ...placeOf(path, kind),
    ...accountOf(userinfo),
    sentinel: sentinelAccount(query, kind),
    shown: `${scheme}${kind === 'server' ? '' : `+${kind}`}://${hosts}${path && `/${path}`}`,
  }
  if (kind !== 'sentinel' && address.hosts.length > 1 && kind !== 'cluster')
    throw unfit(`${address.shown} names several hosts: begin it with redis+cluster:// or redis+sentinel://`)
  return address
}

const isKind = (kind: string): kind is RedisAddress['kind'] => Object.hasOwn(defaultPorts, kind)

const hostsOf = (text: string, kind: RedisAddress['kind']): RedisAddress['hosts'] => {
  const [first = '', ...others] = text.split(',')
  const read = (each: string) => hostOf(each, defaultPorts[kind])
  return [read(first), ...others.map(read)]
}

const hostOf = (text: string, defaultPort: number): HostAndPort => {
  const [, inBrackets, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = inBrackets ?? plain
  if (!host || Number(port) > 65_535) throw unfit(`${text} is no host of a Redis: write host or host:port`)
  return { host, port: port === undefined ? defaultPort : Number(port) }
}

/** What comes after the hosts. */
const placeOf = (path: string, kind: RedisAddress['kind']): Pick<RedisAddress, 'db' | 'service'> => {
  const parts = path.split('/').filter((part) => part !== '')
  const service = kind === 'sentinel' ? parts.shift() : undefined
  if (kind === 'sentinel' && !service)
    throw unfit('Say how the Sentinels call the master: redis+sentinel://host/mymaster')
  const [db = '0', ...rest] = parts
  if (rest.length > 0 || !/^\d{1,5}$/.test(db))
    throw unfit(`/${path} is no database of a Redis: write a number, as in /0`)
  if (kind === 'cluster' && db !== '0') throw unfit('A Redis Cluster has one database: leave /db out of its URL')
  return { db: Number(db), ...(service && { service: decodeURIComponent(service) }) }
}

const accountOf = (userinfo = ''): Account => {
  const [username = '', ...password] = userinfo.split(':')
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password.length > 0 && { password: decodeURIComponent(password.join(':')) }),
  }
}

const sentinelAccount = (query: string | undefined, kind: RedisAddress['kind']): Account => {
  const account: Account = {}
  for (const [name, value] of new URLSearchParams(query ?? '')) {
    if (kind === 'sentinel' && name === 'sentinel_username') account.username = value
    else if (kind === 'sentinel' && name === 'sentinel_password') account.password = value
    else throw unfit(`The URL of a Redis has no ${name}: write ${forms}`)
  }
  return account
}

/** Addresses by those that are announced in their place. @throws RedisError `unfit` */
export const parseReachedAt = (addresses: Readonly<Record<string, string>>): Readonly<Record<string, HostAndPort>> =>
  Object.fromEntries(
    Object.entries(addresses).map(([announced, reached]) => {
      const { host, port } = hostOf(announced, defaultPorts.server)
      return [`${host}:${port}`, hostOf(reached, defaultPorts.server)]
    }),
  )

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '')

const unfit = (message: string) => new RedisError('unfit', message)
