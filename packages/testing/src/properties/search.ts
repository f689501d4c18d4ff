import fc from 'fast-check'
import type { SceneChat } from '../scene/scene-chat.js'
import { type Deed, type DeedsOptions, deedsOf } from './deeds.js'
import type { Invariants } from './invariants.js'
import { shortest } from './shortest.js'
import { type Course, tryOut } from './try-out.js'

export interface SearchOptions extends DeedsOptions, Invariants {
  runs: number
  seed: number
  open(): Promise<SceneChat>
}

/** What a search has found. */
export interface Found {
  /** How many conversations went well before. */
  runs: number
  /** In how many things that were done it was found. */
  length: number
  course: Course
}

/** Holds random conversations; answers the shortest one in which something does not hold, if there is any. */
export const search = async ({ runs, seed, open, ...options }: SearchOptions): Promise<Found | undefined> => {
  const tryAgain = (deeds: readonly Deed[]) => tryOut(deeds, open, options)
  let found: Course | undefined
  const property = fc.asyncProperty(deedsOf(options), async (deeds) => {
    const { violation, ...course } = await tryAgain(deeds)
    if (!violation) return true
    found = { ...course, violation }
    return false
  })
  // fast-check would look for simpler numbers where a shorter conversation is wanted.
  const { numRuns, errorInstance } = await fc.check(property, { seed, numRuns: runs, endOnFailure: true })
  // What is no matter of the conversation, such as a text that can't be sent.
  if (!found && errorInstance) throw errorInstance
  if (!found) return undefined
  const course = await shortest(found, { says: options.says, tryAgain })
  return { runs: numRuns - 1, length: found.deeds.length, course }
}
