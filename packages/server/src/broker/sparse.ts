/** A map that takes memory only once there is something in it: of what it is for, most sessions never have anything. */
export class SparseMap<K, V> {
  #entries: Map<K, V> | undefined

  constructor(entries: Iterable<readonly [K, V]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#entries?.size ?? 0
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false
  }

  get(key: K): V | undefined {
    return this.#entries?.get(key)
  }

  set(key: K, value: V): void {
    this.#entries ??= new Map()
    this.#entries.set(key, value)
  }

  delete(key: K): boolean {
    return this.#entries?.delete(key) ?? false
  }

  values(): Iterable<V> {
    return this.#entries?.values() ?? []
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return (this.#entries ?? [])[Symbol.iterator]()
  }
}

/** The same for a set. */
export class SparseSet<T> {
  #items: Set<T> | undefined

  constructor(items: Iterable<T> = []) {
    for (const item of items) this.add(item)
  }

  get size(): number {
    return this.#items?.size ?? 0
  }

  has(item: T): boolean {
    return this.#items?.has(item) ?? false
  }

  add(item: T): void {
    this.#items ??= new Set()
    this.#items.add(item)
  }

  delete(item: T): boolean {
    return this.#items?.delete(item) ?? false
  }

  clear(): void {
    this.#items = undefined
  }

  [Symbol.iterator](): Iterator<T> {
    return (this.#items ?? [])[Symbol.iterator]()
  }
}
