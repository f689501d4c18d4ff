import { NotPersistable } from './errors.js'

/**
 * What can be stored and sent as JSON, such as the value of an {@link Entity}.
 *
 * @example
 * const countOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 1)
 * const first = countOf(understood.entities.find(({ name }) => name === 'count')?.value)
 */
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
  const copier = new JsonCopier()
  const json = copier.copy(value, path)
  return { json, lossless: copier.lossless }
}

type InPlaceOf = (value: object) => Json | undefined
const nothing: InPlaceOf = () => undefined

/** Copies one value after another, as {@link jsonCopy} does. Each turn copies a whole state: it makes nothing it can do without. */
export class JsonCopier {
  /** Of all that was copied so far. */
  lossless = true
  #path = ''
  /** What is being copied, from the outside in, and beside it the keys that lead there. */
  readonly #open: object[] = []
  readonly #keys: (string | number)[] = []
  #inPlaceOf: InPlaceOf = nothing

  /** @param inPlaceOf says what is stored for an object of a class. @throws NotPersistable */
  copy(value: unknown, path: string, inPlaceOf = nothing): Json {
    this.#path = path
    this.#inPlaceOf = inPlaceOf
    return this.#value(value)
  }

  #value(value: unknown): Json {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number') return this.#number(value)
    if (typeof value === 'object') return this.#object(value)
    throw this.#refusal(`is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON can't hold`)
  }

  #number(value: number): number {
    if (!Number.isFinite(value)) throw this.#refusal(`is ${value}, which JSON can't hold`)
    if (Object.is(value, -0)) this.lossless = false
    return value + 0
  }

  #object(value: object): Json {
    if (this.#open.includes(value)) throw this.#refusal('leads back to itself')
    this.#open.push(value)
    const copy = Array.isArray(value) ? this.#array(value) : this.#record(value as Record<string, unknown>)
    this.#open.pop()
    return copy
  }

  #array(values: readonly unknown[]): Json[] {
    // Of its length from the start: a list that grows is given room for 17.
    const copy = new Array<Json>(values.length)
    for (let index = 0; index < values.length; index++) copy[index] = this.#item(index, values[index])
    return copy
  }

  #record(value: Record<string, unknown>): Json {
    if (!isPlain(value)) return this.#inPlaceOf(value) ?? this.#refuse(value)
    const copy: Record<string, Json> = {}
    for (const key of Object.keys(value)) {
      const item = value[key]
      if (item === undefined) this.lossless = false
      else putInto(copy, key, this.#item(key, item))
    }
    return copy
  }

  #item(key: string | number, value: unknown): Json {
    this.#keys.push(key)
    const copy = this.#value(value)
    this.#keys.pop()
    return copy
  }

  #refuse(value: object): never {
    throw this.#refusal(
      `is a ${classOf(value)}, which JSON would not give back: keep text, numbers, lists and plain objects`,
    )
  }

  #refusal(reason: string): NotPersistable {
    const keys = this.#keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    return new NotPersistable(this.#path + keys.join(''), reason)
  }
}

/** Assigns, but a key `__proto__` stays a key. */
export function putInto(record: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
  else record[key] = value
}

/** An object of no class; those of another realm, such as a test runner's, have an `Object.prototype` of their own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const classOf = (value: object): string => value.constructor?.name || 'class instance'
