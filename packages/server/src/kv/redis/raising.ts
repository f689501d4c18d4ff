import { randomInt } from 'node:crypto'
import { incarnations } from '../incarnations.js'
import type { Transactions } from '../transaction.js'

/** What a number is less than that may be drawn. */
const highestEpoch = 2 ** 48 - 1

/** Gives a partition that went back its next incarnation, where it has none that is newer than the one it had. */
export const raising = (after: number) => ({
  isRaised: false,
  run(transactions: Transactions): void {
    transactions.run((tx) => {
      const [count] = tx.get(incarnations, [0]) ?? [0]
      this.isRaised = count <= after
      if (this.isRaised) tx.put(incarnations, [0], [after + 1, randomInt(1, highestEpoch)])
    })
  },
})
