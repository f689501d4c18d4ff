import { createHash } from 'node:crypto'
import { RedisError } from './errors.js'
import type { RedisAnswer, RedisArgument } from './link.js'

/**
 * A named Lua script. It begins with `#!lua`, and tells its KEYS and ARGV below that.
 *
 * With `#!lua`, Redis looks at what could stop a script before it runs it: where it is out of memory, is a replica, or can't
 * write to its disk, not even the first line is run. A script that only reads says so with `#!lua flags=no-writes`, and is run
 * in any of these cases.
 * A script that fails midway keeps what it has written: it checks everything, types too, before its first write.
 */
export class RedisScript {
  readonly sha1: string

  constructor(
    /** For messages. */
    readonly name: string,
    readonly source: string,
  ) {
    this.sha1 = createHash('sha1').update(source).digest('hex')
  }
}

type Send = (name: string, args: readonly RedisArgument[]) => Promise<RedisAnswer>

/** Runs it by its hash, or by its text where Redis does not know it yet. */
export const evaluate = async (
  script: RedisScript,
  keys: readonly string[],
  args: readonly RedisArgument[],
  send: Send,
): Promise<RedisAnswer> => {
  const rest = [keys.length, ...keys, ...args]
  try {
    return await send('evalsha', [script.sha1, ...rest])
  } catch (error) {
    if (!isUnknownScript(error)) throw error
    return send('eval', [script.source, ...rest])
  }
}

const isUnknownScript = (error: unknown): boolean =>
  error instanceof RedisError && error.cause instanceof Error && error.cause.message.startsWith('NOSCRIPT')
