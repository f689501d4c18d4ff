import { ArchiveError, RedisError, StorageError } from '@daakia/server'
import { ConfigError } from '../config/problems.js'
import type { Io, Status } from '../io.js'
import { ProgressLine } from './progress-line.js'

/**
 * Does something with data, with its progress at a terminal. Where it can't be done, why is told on `io.errors`.
 *
 * @returns what `work` does, or 1
 */
export const attempt = async (io: Io, work: (progress: ProgressLine) => Promise<Status>): Promise<Status> => {
  const line = new ProgressLine(io)
  try {
    return await work(line)
  } catch (error) {
    line.clear()
    io.errors.write(`${explain(error)}\n`)
    return 1
  }
}

const explain = (error: unknown): string => {
  if (error instanceof ArchiveError || error instanceof StorageError || error instanceof RedisError)
    return `${error.message}.`
  if (error instanceof ConfigError) return error.message
  const { code, path, message } = error as NodeJS.ErrnoException
  return code && path ? `${path} can't be used (${code}).` : message
}
