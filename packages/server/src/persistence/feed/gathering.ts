import type { Fed } from './feed.js'

/**
 * What was committed of one conversation in one step, and is projected at once: each of them has what those before it said, so the
 * newest has all of it.
 */
export class Gathering {
  /** Resolves with what came of it, for all of them. */
  readonly done: Promise<boolean>
  readonly #feds: Fed[]

  /** @param project called once, with all of it */
  constructor(first: Fed, project: (whole: Fed) => Promise<boolean>) {
    this.#feds = [first]
    this.done = this.#begin(project)
  }

  /** False where it is not of the same line: it is projected by itself then. */
  add(fed: Fed): boolean {
    const isOfOneLine = fed.line.count === this.#feds[0]?.line.count
    if (isOfOneLine) this.#feds.push(fed)
    return isOfOneLine
  }

  async #begin(project: (whole: Fed) => Promise<boolean>): Promise<boolean> {
    // Who has committed in the same step hears of it in the same turn.
    await undefined
    const newest = this.#feds.reduce((one, other) => (lastOf(other) > lastOf(one) ? other : one))
    for (const fed of this.#feds) if (fed !== newest) fed.places.broughtWith(newest.places)
    return project({ ...newest, isCurrent: () => this.#feds.every((fed) => fed.isCurrent()) })
  }
}

const lastOf = ({ entries }: Fed): number => entries.at(-1)?.seq ?? -1
