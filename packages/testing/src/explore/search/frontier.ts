import type { Trace } from './trace.js'

/**
 * Where the search goes on. A conversation that stands as none has stood before comes first: where its machines are, with
 * what was said last. All others come in the order in which they were found, the shortest first.
 */
export class Frontier {
  readonly #fresh: Trace[] = []
  readonly #others: Trace[] = []
  readonly #known = new Set<string>()

  add(trace: Trace): void {
    const { places = [], said = [] } = trace.happened ?? {}
    const stand = JSON.stringify([places, said.at(-1), trace.situation.public.value, trace.situation.isUnfinished])
    const isFresh = !this.#known.has(stand)
    this.#known.add(stand)
    ;(isFresh ? this.#fresh : this.#others).push(trace)
  }

  take(): Trace | undefined {
    return this.#fresh.shift() ?? this.#others.shift()
  }
}
