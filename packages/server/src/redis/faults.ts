import { RedisError, type RedisFault } from './errors.js'

/** What Redis begins an error with, where that says more than that it refused. */
const answers: Record<string, RedisFault> = {
  OOM: 'full',
  MISCONF: 'full',
  LOADING: 'away',
  READONLY: 'away',
  MASTERDOWN: 'away',
  CLUSTERDOWN: 'away',
  NOREPLICAS: 'away',
  MOVED: 'away',
  ASK: 'away',
  TRYAGAIN: 'away',
  BUSY: 'away',
  UNBLOCKED: 'away',
  NOAUTH: 'denied',
  WRONGPASS: 'denied',
  NOPERM: 'denied',
}

const sentences: Record<RedisFault, string> = {
  away: 'is away: work goes on by itself when it is back',
  unsure: 'did not answer: whether it has done what it was asked is not known',
  full: 'is full: give it more memory or disk, and writing goes on by itself',
  denied: 'does not let us do this: look at the user, its password and its rights',
  unfit: 'is not what its URL says',
  failed: 'refused what it was asked',
  closed: 'is not used any more: the link to it was closed',
}

/** Says what has happened, and what to do. */
export const sentence = (reason: RedisFault, shown: string): string => `Redis at ${shown} ${sentences[reason]}`

/** What the client says of a command that it has not sent. */
const unsent = [/enableOfflineQueue/, /^Cluster is ended/, /^Failed to refresh slots cache/, /^None of startup nodes/]

/** The word that an error of Redis begins with, or that of a call within a script. */
const wordOf = (message: string): string =>
  /^-?([A-Z]+)\b/.exec(message.replace(/^ERR Error running script.*?: -?/, ''))?.[1] ?? ''

/** It was asked of a replica: another one is the master, or is to be. */
export const isOfReplica = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplyError' && wordOf(error.message) === 'READONLY'

/** Tells what an error of the client means. */
export const faultOf = (error: Error): RedisFault => {
  if (error.name === 'ReplyError') return answers[wordOf(error.message)] ?? 'failed'
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || unsent.some((each) => each.test(error.message))) return 'away'
  return /^Too many Cluster redirections.*(CLUSTERDOWN|MOVED|ASK|TRYAGAIN)/.test(error.message) ? 'away' : 'unsure'
}

/** Says it in our words, and keeps theirs. */
export const redisError = (error: unknown, shown: string): RedisError => {
  if (error instanceof RedisError) return error
  const cause = error instanceof Error ? error : new Error(String(error))
  const reason = faultOf(cause)
  return new RedisError(reason, `${sentence(reason, shown)} (${cause.message})`, { cause })
}
