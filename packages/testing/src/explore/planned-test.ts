import type { CallSite } from '../failure/call-site.js'
import { ExplorationFailure } from '../failure/exploration-failure.js'
import { replayOf } from '../failure/replay.js'
import type { Goal, Limit } from './options.js'
import { nameOfPath } from './paths/path-name.js'
import { expectationsOf, type PlayOptions, play } from './paths/play.js'
import type { GoalTarget } from './search/goals.js'
import { happenedOn, type Trace } from './search/trace.js'
import { type Knowledge, limitReached, whyUnreached } from './search/unreached.js'

/** A test that is to be run. */
export interface PlannedTest {
  name: string
  run(): Promise<void>
}

export const failing = (name: string, message: string, site: CallSite): PlannedTest => ({
  name,
  run: async () => {
    const again = await replayOf(undefined)
    throw new ExplorationFailure(again === undefined ? message : `${message}\n\nAgain: ${again()}`, site)
  },
})

/** Plays a path. The last thing on it is what it is there for: something has to say that it is right. */
export function playing(trace: Trace, options: PlayOptions): PlannedTest {
  const path = happenedOn(trace)
  const name = nameOfPath(path)
  const { places = [] } = path.at(-1) ?? {}
  if (expectationsOf(places, options.expect).length > 0) return { name, run: () => play(trace, options) }
  const where = places.map((place) => `"${place}"`).join(' and ')
  return failing(name, `Nothing says what is right at the end of this path: add expect for ${where}.`, options.site)
}

/** Tells of a path on which the bot could not handle something. */
export function breaking(trace: Trace, bot: string, site: CallSite): PlannedTest {
  const path = happenedOn(trace)
  return failing(
    `${nameOfPath(path)} → breaks`,
    `${bot} can't handle the last thing on this path: ${path.at(-1)?.failure}`,
    site,
  )
}

/** What a search was to reach, and what it has. */
export interface Reached {
  goal: Goal
  targets: readonly GoalTarget[]
  ways: ReadonlyMap<string, Trace>
  /** How many paths there are. */
  paths: number
  limit: Required<Limit>
  known: Knowledge
}

/** Tells what was not reached, and why. */
export function allReached({ goal, targets, ways, paths, limit, known }: Reached, site: CallSite): PlannedTest {
  const name = `every ${nameOfGoal[goal]} is reached`
  const missing = targets.filter(({ id }) => !ways.has(id))
  const tooMany = paths - limit.paths
  const problems = [
    ...missing.map((target) => `  ${target.id}\n    ${whyUnreached(target, known)}`),
    ...(tooMany > 0 ? [`  ${tooMany} of ${paths} paths are not played: raise limit.paths, ${limit.paths}`] : []),
  ]
  if (problems.length === 0) return { name, run: async () => {} }
  const cut = limitReached(known)
  const count = `${targets.length - missing.length} of ${targets.length}`
  return failing(name, [`Paths reach ${count}. Not reached:`, ...problems, ...(cut ? [cut] : [])].join('\n'), site)
}

const nameOfGoal = {
  states: 'state',
  transitions: 'transition',
  guards: 'transition and answer of a guard',
  pairs: 'pair of transitions',
} as const
