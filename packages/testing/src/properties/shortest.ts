import { type Deed, type DeedsOptions, simplerTexts } from './deeds.js'
import type { Course } from './try-out.js'

export interface ShortestOptions {
  says: DeedsOptions['says']
  tryAgain(deeds: readonly Deed[]): Promise<Course>
}

/**
 * Of a conversation in which something does not hold, as little as can be: none of what is left can be left out, nor said
 * in a simpler way.
 */
export const shortest = async (found: Course, { says, tryAgain }: ShortestOptions): Promise<Course> => {
  const isSame = ({ violation }: Course) => violation?.invariant === found.violation?.invariant
  let least = found
  /** Whether it is so in these, too; then they are the least. */
  const suffices = async (deeds: readonly Deed[]): Promise<boolean> => {
    const course = await tryAgain(deeds)
    if (!isSame(course)) return false
    least = course
    return true
  }
  for (let at = least.deeds.length - 1; at >= 0; at--)
    // What could not be left out before may be now.
    if (await suffices(least.deeds.toSpliced(at, 1))) at = least.deeds.length
  for (const who of new Set(least.deeds.map(whose)))
    if (who) await suffices(least.deeds.map((deed) => (whose(deed) === who ? { ...deed, who: 0 } : deed)))
  for (let at = 0; at < least.deeds.length; at++)
    for (let simpler = true; simpler; ) {
      simpler = false
      for (const deed of simplerThan(least.deeds[at], says)) {
        simpler = await suffices(least.deeds.with(at, deed))
        if (simpler) break
      }
    }
  return least
}

const whose = (deed: Deed): number | undefined => ('who' in deed ? deed.who : undefined)

/** The simplest first. */
function* simplerThan(deed: Deed | undefined, says: DeedsOptions['says']): Iterable<Deed> {
  if (!deed) return
  if (deed.kind === 'waits' && deed.duration !== undefined) yield { ...deed, duration: undefined }
  if ('who' in deed && deed.who > 0) yield { ...deed, who: 0 }
  if (deed.kind === 'answers' && deed.picks.some((pick) => pick > 0)) yield { ...deed, picks: deed.picks.map(() => 0) }
  if (deed.kind === 'says') for (const text of simplerTexts(says, deed.text)) yield { ...deed, text }
}
