import { happenedOn, type Trace } from '../search/trace.js'

/**
 * The fewest paths, as far as one look at each tells, that together reach all that was found: the one that reaches most
 * comes first, and none is there that reaches nothing of its own. In the order in which they were found.
 *
 * @param ways the first way to each thing
 */
export function choosePaths(ways: ReadonlyMap<string, Trace>): readonly Trace[] {
  const found = [...new Set(ways.values())]
  const reach = new Map(found.map((trace) => [trace, reachOf(trace)]))
  const left = new Set(ways.keys())
  const chosen = new Set<Trace>()
  const gain = (trace: Trace) => [...(reach.get(trace) ?? [])].filter((id) => left.has(id)).length
  while (left.size > 0) {
    const best = found.reduce((most, trace) => (gain(trace) > gain(most) ? trace : most))
    chosen.add(best)
    for (const id of reach.get(best) ?? []) left.delete(id)
  }
  return found.filter((trace) => chosen.has(trace))
}

const reachOf = (trace: Trace): ReadonlySet<string> => new Set(happenedOn(trace).flatMap(({ reached }) => reached))
