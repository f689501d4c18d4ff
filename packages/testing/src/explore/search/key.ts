import type { Situation } from '../model/situation.js'
import type { ExploreOptions } from '../options.js'

// biome-ignore lint/suspicious/noExplicitAny: whatever machine it is
export type Key = NonNullable<ExploreOptions<any, any>['key']>

interface Snapshot {
  value: unknown
  context: unknown
  children: Readonly<Record<string, unknown>>
}

/**
 * What tells two situations apart: all that is stored of the machine, how long its timers still wait, what can be pressed
 * or filled in, and what is not handled. When it is, and which numbers messages have, tells nothing.
 */
export function keyOf(
  { state, now, timers, pending, unanswered, isUnfinished, running }: Situation,
  own?: Key,
): string {
  const snapshot = state?.snapshot as Snapshot | undefined
  const { pause, answered, manner } = state ?? {}
  return JSON.stringify(
    [
      snapshot && own ? own(snapshot) : snapshot,
      timers.map(({ id, due }) => [id, due - now]).sort(),
      [pause?.said, answered, manner, isUnfinished, pending],
      unanswered.filter(({ content }) => content.ok && offering.has(content.type)).map(({ content }) => content),
      [...running.values()].map(({ actor }) => actor).sort(),
    ],
    withoutNumbers,
  )
}

const offering: ReadonlySet<string> = new Set(['choices', 'card', 'form'])

/** A message without what tells when it was said, and after which others. */
function withoutNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('seq' in value && 'payload' in value)) return value
  const { seq, id, at, ...rest } = value as Record<string, unknown>
  return rest
}
