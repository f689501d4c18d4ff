import type { HostAndPort, RedisAddress } from './address.js'
import type { ConnectTerms } from './connect.js'
import { singleConnection } from './connect.js'
import { NoRedisError, RedisError } from './errors.js'
import { redisError } from './faults.js'
import { isProtected } from './protected-mode.js'

const oldestMajor = 7

/** Looks whether there is a Redis, new enough and of the kind that its URL says. Rejects with what is wrong, and what to do. */
export const inspect = async (terms: ConnectTerms): Promise<void> => {
  const { address } = terms
  const hosts = address.kind === 'cluster' ? address.hosts : address.hosts.slice(0, 1)
  let problem: unknown
  for (const host of hosts) {
    try {
      return check(address, await infoOf(terms, host))
    } catch (error) {
      problem = (await protectedMode(terms, host, error)) ?? explained(error, address)
      if ((problem as RedisError).reason !== 'away') break
    }
  }
  throw problem
}

const infoOf = async (terms: ConnectTerms, host: HostAndPort): Promise<string> => {
  const connection = singleConnection(terms, host)
  let problem: Error | undefined
  connection.on('error', (error: Error) => {
    problem = error
  })
  try {
    await connection.connect()
    return await connection.info('server')
  } catch (error) {
    throw problem ?? error
  } finally {
    connection.disconnect()
  }
}

const check = ({ kind, shown }: RedisAddress, info: string): void => {
  const version = fieldOf(info, 'redis_version')
  if (Number.parseInt(version, 10) < oldestMajor)
    throw unfit(`Redis at ${shown} is ${version}: Daakia needs Redis ${oldestMajor} or newer`)
  const mode = fieldOf(info, 'redis_mode')
  if (mode === 'sentinel' && kind !== 'sentinel')
    throw unfit(`${shown} is a Sentinel: write redis+sentinel://host:port/service, with what it calls the master`)
  if (mode === 'cluster' && kind !== 'cluster')
    throw unfit(`${shown} is a node of a Redis Cluster: begin its URL with redis+cluster://`)
  if (mode !== 'cluster' && kind === 'cluster') throw unfit(`${shown} is no Redis Cluster: begin its URL with redis://`)
}

const fieldOf = (info: string, name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''

/** What went wrong while there was no connection yet: nothing can be in doubt. */
const explained = (error: unknown, { kind, shown }: RedisAddress): RedisError => {
  const found = redisError(error, shown)
  const cause = found.cause instanceof Error ? found.cause : found
  const options = { cause }
  if (found.reason === 'unfit') return found
  if (kind === 'sentinel' && /All sentinels are unreachable/.test(cause.message)) {
    const what = `The Sentinels of ${shown} do not say where the master is: look whether they run and know the name`
    return new NoRedisError(`${what} (${cause.message})`, options)
  }
  if (found.reason === 'denied') {
    const what = `Redis at ${shown} lets nobody in so: give the right user and password, as in redis://user:password@host`
    return new RedisError('denied', `${what} (${cause.message})`, options)
  }
  const mistrust = mistrustOf(cause)
  if (mistrust) return new RedisError('unfit', `Redis at ${shown} ${mistrust} (${cause.message})`, options)
  return new NoRedisError(`There is no Redis at ${shown}: start it, or give another URL (${reasonOf(cause)})`, options)
}

const cut = new Set(['EPIPE', 'ECONNRESET'])

/** That a Redis without a password turned us away; undefined where it was something else. */
const protectedMode = async ({ address, answerWithinMs }: ConnectTerms, host: HostAndPort, cause: unknown) => {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const suspected = cut.has(code) || /^(DENIED|Connection is closed)/.test(message)
  if (address.secure || !suspected || !(await isProtected(host, answerWithinMs))) return undefined
  const what = `Redis at ${address.shown} is in protected mode: without a password it takes connections of its own machine only`
  return unfit(`${what}. Give it one (requirepass), and the URL too; or, in a network of its own, protected-mode no`)
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** What keeps us from trusting its certificate; undefined where it is something else. */
const mistrustOf = (cause: Error): string | undefined => {
  const { code = '' } = cause as NodeJS.ErrnoException
  if (untrusted.has(code))
    return 'has a certificate whose authority is not known here: name the file that has it in NODE_EXTRA_CA_CERTS'
  if (code === 'CERT_HAS_EXPIRED') return 'has a certificate that has expired: renew it'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'has a certificate for other names: give the URL a host that is among these'
  return undefined
}

const reasonOf = (cause: Error): string => cause.message || (cause as NodeJS.ErrnoException).code || cause.name

const unfit = (message: string) => new RedisError('unfit', message)
