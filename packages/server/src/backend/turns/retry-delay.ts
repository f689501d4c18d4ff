import type { Random } from '@daakia/protocol'

export interface RetryTerms {
  /** How long it takes from the first failure at something to the second try; 0: none of them waits. */
  firstMs: number
  /** Each wait is twice as long as the one before, and never longer than this. */
  longestMs: number
}

/** How long to wait after the `attempt`-th try has failed: between half of it and all of it, so that not all come at once. */
export const retryDelayMs = (attempt: number, { firstMs, longestMs }: RetryTerms, random: Random): number => {
  const whole = Math.min(longestMs, firstMs * 2 ** (attempt - 1))
  return Math.round(whole * (0.5 + random() / 2))
}
