import type { Principal } from '../../identity.js'
import type { Access, AccessRequest } from './port.js'

/** Access that another can take the place of while connections live. */
export class ReplaceableAccess implements Access {
  readonly #listeners = new Set<() => void>()
  #access: Access
  #stopHearing: () => void

  constructor(access: Access) {
    this.#access = access
    this.#stopHearing = this.#hear()
  }

  authorize(principal: Principal, request: AccessRequest): boolean | Promise<boolean> {
    return this.#access.authorize(principal, request)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  replace(access: Access): void {
    this.#stopHearing()
    this.#access = access
    this.#stopHearing = this.#hear()
    this.#tell()
  }

  #hear(): () => void {
    return this.#access.onChange(() => this.#tell())
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
