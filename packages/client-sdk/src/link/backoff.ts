import type { Random } from '@daakia/protocol'

/**
 * How long to wait before the next try to connect: up to twice as long after each one that failed.
 *
 * @example
 * createClient({ url: 'mqtt://127.0.0.1:1883', identity: 'ana', backoff: { firstMs: 1_000, longestMs: 60_000 } })
 */
export interface BackoffOptions {
  /** The first wait is at most this long. */
  firstMs: number
  /** No wait is longer. */
  longestMs: number
}

export const defaultBackoff: BackoffOptions = { firstMs: 250, longestMs: 10_000 }

/**
 * How long to wait before the next try: anything between nothing and a limit that doubles with each failure ("full
 * jitter"), so that clients which lost one server together do not come back to it together.
 */
export const backoff = ({ firstMs, longestMs }: BackoffOptions, random: Random) => {
  let failures = 0
  return {
    next(): number {
      const limit = Math.min(longestMs, firstMs * 2 ** failures)
      failures += 1
      return Math.round(random() * limit)
    },
    reset(): void {
      failures = 0
    },
  }
}

export type Backoff = ReturnType<typeof backoff>
