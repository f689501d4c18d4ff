import { isIn } from './places.js'
import type { Trace } from './trace.js'

/**
 * Where the search goes on: first from a conversation that stands as none has stood before, by where its machines are and
 * what was said last. Then from one in a state in which something is left to be reached, and of these from one in which the
 * same has happened again: bots give up after the fourth wrong answer, or remind a second time. Then from any other. Of
 * several it is the one that was found first, which is the shortest.
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

  /** @param wanted names of states in which something is left to be reached */
  take(wanted: readonly string[]): Trace | undefined {
    return this.#fresh.shift() ?? this.#takeOther(wanted)
  }

  #takeOther(wanted: readonly string[]): Trace | undefined {
    const isWanted = (trace: Trace) => isInAny(trace, wanted)
    const again = this.#others.findIndex((trace) => isRepeated(trace) && isWanted(trace))
    const at = again < 0 ? this.#others.findIndex(isWanted) : again
    return this.#others.splice(Math.max(0, at), 1)[0]
  }
}

const isInAny = ({ happened }: Trace, states: readonly string[]): boolean =>
  happened?.places.some((place) => states.some((state) => isIn(place, state))) ?? false

const isRepeated = ({ happened, before }: Trace): boolean => happened?.move === before?.happened?.move
