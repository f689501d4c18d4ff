import { randomInt } from 'node:crypto'
import { incarnations } from '../incarnations.js'
import type { Transaction } from '../port.js'
import type { Transactions } from '../transaction.js'

export type Incarnation = NonNullable<(typeof incarnations)['value']>

/** The next incarnation of a partition that went back, to be written down where it has none that is newer than `after`. */
export interface Raise {
  /** The count of the one that it had, as far as is known. */
  after: number
  /** It is due only where the partition knows of no more than that; absent: than `after`. */
  upTo?: number
  /** Drawn once: where it is in doubt whether it was written down, it is known again. */
  epoch: number
  /** Writes what is to be written with it. */
  goOn?: (tx: Transaction) => void
}

/** What a number is less than that may be drawn. */
const highestEpoch = 2 ** 48 - 1

export const raiseAfter = (after: number): Raise => ({ after, epoch: randomInt(1, highestEpoch) })

export const isMadeBy = ({ after, epoch }: Raise, [count, found]: Incarnation): boolean =>
  count === after + 1 && found === epoch

/** Gives a partition its next incarnation. */
export const raising = (raise: Raise) => ({
  /** It was this one, now or when it was tried before. */
  isRaised: false,
  run(transactions: Transactions): void {
    transactions.run((tx) => {
      const found = tx.get(incarnations, [0]) ?? [0, 0]
      const isDue = found[0] <= (raise.upTo ?? raise.after)
      this.isRaised = isDue || isMadeBy(raise, found)
      if (!isDue) return
      tx.put(incarnations, [0], [raise.after + 1, raise.epoch])
      raise.goOn?.(tx)
    })
  },
})
