import type { Table } from './port.js'

/** When more is remembered, all is forgotten: what is hot comes back at once. */
const mostRemembered = 100_000

/** What is remembered of tables, under the names of keys (`keyName`). */
export class Remembered<V> {
  readonly #tables = new Map<string, Map<string, V>>()
  #count = 0

  get({ name }: Table<unknown>, key: string): V | undefined {
    return this.#tables.get(name)?.get(key)
  }

  has({ name }: Table<unknown>, key: string): boolean {
    return this.#tables.get(name)?.has(key) ?? false
  }

  set({ name }: Table<unknown>, key: string, value: V): void {
    if (this.#count >= mostRemembered) this.clear()
    const table = this.#tables.get(name) ?? new Map<string, V>()
    const before = table.size
    if (before === 0) this.#tables.set(name, table)
    table.set(key, value)
    this.#count += table.size - before
  }

  delete({ name }: Table<unknown>, key: string): void {
    if (this.#tables.get(name)?.delete(key)) this.#count--
  }

  clear(): void {
    this.#tables.clear()
    this.#count = 0
  }
}
