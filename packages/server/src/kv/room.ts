import type { Log } from '../log.js'

/** Tells, once for all the writes that it keeps from being done, that there is no room; and that there is again. */
export class Room {
  #missing = false

  constructor(
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  /** A write was refused for want of it. */
  missing(error: Error): void {
    if (!this.#missing) this.log.error({ folder: this.folder, error: error.message }, 'The storage is full')
    this.#missing = true
  }

  /** A write has succeeded. */
  found(): void {
    if (this.#missing) this.log.warn({ folder: this.folder }, 'The storage has room again')
    this.#missing = false
  }
}
