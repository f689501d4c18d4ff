import type { CallSite } from './call-site.js'

/**
 * Paths could not be found, or not be checked, as the author wants it. The message says why; the stack begins at the line of
 * the test that explores.

 */
export class ExplorationFailure extends Error {
  override readonly name = 'ExplorationFailure'

  constructor(message: string, site: CallSite) {
    super(message)
    this.stack = `${this.name}: ${message}\n${site}`
  }
}
