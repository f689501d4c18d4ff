import type { Readable, Writable } from 'node:stream'

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** Where a command reads and writes. */
export interface Io {
  input: Readable & { isTTY?: boolean }
  /** What was asked for. */
  output: Writable & { isTTY?: boolean }
  /** All else: what is going on, and what went wrong. */
  errors: Writable & { isTTY?: boolean }
  /** Environment variables. */
  environment: Readonly<Record<string, string | undefined>>
  /** What relative paths start from. */
  folder: string
  /** Calls `listener` whenever the process is asked to stop. Returns the way to take it away. */
  onSignal(listener: (signal: StopSignal) => void): () => void
  /** Calls `listener` whenever the process is asked to read its configuration anew (SIGHUP). Returns the way to take it away. */
  onReload(listener: () => void): () => void
}

/** The exit status of a command: 0 where it did what was asked for. */
export type Status = number

export const processIo: Io = {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  folder: process.cwd(),
  onSignal(listener) {
    process.on('SIGINT', listener)
    process.on('SIGTERM', listener)
    return () => process.off('SIGINT', listener).off('SIGTERM', listener)
  },
  onReload(listener) {
    process.on('SIGHUP', listener)
    return () => process.off('SIGHUP', listener)
  },
}
