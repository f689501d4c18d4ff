import { StorageError } from '../errors.js'

/** What was asked was asked of what may never have been. Nothing of it was done, unless it was asked before and is in doubt. */
export class WentBackError extends StorageError {
  constructor({ inDoubt = false } = {}) {
    const outcome = inDoubt
      ? 'whether what was asked was kept is not known'
      : 'what was asked was not done. Try it again'
    super('away', `Redis has less than it had: ${outcome}`, { inDoubt })
  }
}
