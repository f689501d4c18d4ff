import type { Transaction } from '../port.js'
import type { Transactions } from '../transaction.js'
import { Waiting } from '../waiting.js'

/** A transaction that may have to be run more than once. */
export class Work<W, T> extends Waiting<W, T> {
  constructor(
    private readonly work: (tx: Transaction) => W,
    ...[flushed, resolve, reject]: ConstructorParameters<typeof Waiting<W, T>>
  ) {
    super(flushed, resolve, reject)
  }

  run(transactions: Transactions): void {
    this.attempt(() => transactions.run(this.work))
  }
}
