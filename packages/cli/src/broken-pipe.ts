import { once } from 'node:events'
import type { Io, Status } from './io.js'

/** What a shell gives a command that was stopped because nobody reads what it writes: 128 + SIGPIPE. */
export const brokenPipe: Status = 141

/** Rejects when nobody reads the output any more. */
export const broken = async ({ output }: Io): Promise<never> => {
  const [error] = await once(output, 'error')
  // Another write may fail before the command ends.
  output.on('error', () => {})
  throw error
}

export const isBrokenPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE'
