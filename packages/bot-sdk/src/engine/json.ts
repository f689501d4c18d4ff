import { NotPersistable } from './errors.js'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A copy of a value as JSON would give it back. */
export interface JsonCopy {
  json: Json
  /** JSON gives back just this value. Not so where a property was `undefined`: it would be gone. */
  lossless: boolean
}

/**
 * Copies a value as a trip through JSON would, and refuses what would come back as something else: a `Date` as text, a
 * `Set` as `{}`.
 *
 * @param path names the value in the error
 * @throws NotPersistable
 */
export function jsonCopy(value: unknown, path: string): JsonCopy {
  const copier = new Copier()
  const json = copier.copy(value, path)
  return { json, lossless: copier.lossless }
}

class Copier {
  lossless = true
  readonly #open = new Set<object>()

  copy(value: unknown, path: string): Json {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') return this.#number(value, path)
    if (typeof value === 'object') return this.#object(value, path)
    throw new NotPersistable(
      path,
      `is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON can't hold`,
    )
  }

  #number(value: number, path: string): number {
    if (!Number.isFinite(value)) throw new NotPersistable(path, `is ${value}, which JSON can't hold`)
    if (Object.is(value, -0)) this.lossless = false
    return value + 0
  }

  #object(value: object, path: string): Json {
    if (this.#open.has(value)) throw new NotPersistable(path, 'leads back to itself')
    this.#open.add(value)
    const copy = Array.isArray(value) ? this.#array(value, path) : this.#record(value, path)
    this.#open.delete(value)
    return copy
  }

  #array(values: readonly unknown[], path: string): Json[] {
    return Array.from(values, (value, index) => this.copy(value, `${path}[${index}]`))
  }

  #record(value: object, path: string): Json {
    if (!isPlain(value))
      throw new NotPersistable(
        path,
        `is a ${classOf(value)}, which JSON would not give back: keep text, numbers, lists and plain objects`,
      )
    const given = Object.entries(value).filter(([, item]) => item !== undefined)
    if (given.length < Object.keys(value).length) this.lossless = false
    // Not assigned one by one: a key `__proto__` has to stay a key.
    return Object.fromEntries(given.map(([key, item]) => [key, this.copy(item, `${path}.${key}`)]))
  }
}

/** An object of no class; those of another realm, such as a test runner's, have an `Object.prototype` of their own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const classOf = (value: object): string => value.constructor?.name || 'class instance'
