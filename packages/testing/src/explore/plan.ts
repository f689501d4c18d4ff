import { type Bot, bot as botOf, isBot } from '@daakia/bot-sdk'
import { directConversation } from '@daakia/protocol'
import type { AnyStateMachine } from 'xstate'
import type { CallSite } from '../failure/call-site.js'
import { ExplorationFailure } from '../failure/exploration-failure.js'
import { defaults } from '../harness.js'
import { BotModel } from './model/bot-model.js'
import { outcomesByActor } from './model/given-outcomes.js'
import type { Explored, ExploreOptions, Limit } from './options.js'
import { choosePaths } from './paths/choose.js'
import { nameOfPath } from './paths/path-name.js'
import { expectationsOf, type PlayOptions, play } from './paths/play.js'
import { Goals } from './search/goals.js'
import { movesOf } from './search/moves.js'
import { type Found, Search } from './search/search.js'
import { happenedOn, type Trace } from './search/trace.js'
import { whyUnreached } from './search/unreached.js'
import { faultsOf } from './strictness.js'

/** A test that is to be run. */
export interface PlannedTest {
  name: string
  run(): Promise<void>
}

/** Options of whatever machine it is. */
// biome-ignore lint/suspicious/noExplicitAny: the types of events and states have done their work
export type AnyOptions = ExploreOptions<any, any>

const limits: Required<Limit> = { depth: 30, situations: 10_000, paths: 100, seconds: 30 }

/** Who speaks on explored paths. */
const client = 'ana'

/** Looks for paths that reach all of the goal. Answers a test for each of them, and one that says what was not reached. */
export async function plan(
  explored: Explored<AnyStateMachine>,
  options: AnyOptions,
  site: CallSite,
): Promise<readonly PlannedTest[]> {
  const bot = isBot(explored) ? explored : alone(explored)
  const faults = faultsOf(bot, options)
  if (faults.length > 0) return [failing('what happens can be played', faults.join('\n'), site)]
  const limit = { ...limits, ...options.limit }
  const outcomes = outcomesByActor(options.outcomes ?? {})
  const { goals, found, model } = await search(bot, options, { limit, outcomes })
  const playing: PlayOptions = { bot, outcomes, expect: options.expect, harness: options.harness ?? {}, client, site }
  const paths = choosePaths(found.ways)
  const known = {
    ...found,
    machine: model.bot.machine,
    touched: goals.touched,
    outcomes,
    limit,
    events: options.events,
  }
  return [
    allReached(options, { goals, found, known, paths: paths.length }, site),
    ...paths.slice(0, limit.paths).map((trace) => testOf(trace, playing)),
    ...found.failures.map((trace) => failed(trace, bot, site)),
  ]
}

/** A machine by itself is a bot of its id. */
const alone = (machine: AnyStateMachine): Bot => botOf({ id: machine.id, version: 1, machine })

async function search(bot: Bot, options: AnyOptions, { limit, outcomes }: Pick<Knowing, 'limit' | 'outcomes'>) {
  const { stuckAfterMs = defaults.stuckAfterMs, startsAt = defaults.startsAt } = options.harness ?? {}
  const between = { conversation: directConversation(client, bot.id), client, bot: bot.id }
  const goalsOf = (machine: AnyStateMachine) => new Goals(machine, options.goal)
  const model = new BotModel({ bot, between, outcomes, stuckAfterMs, hearing: goalsOf })
  const goals = model.hearing as Goals
  const moves = movesOf(options.events, options.drive ?? {})
  const found = await new Search({ model, moves, goals, limit, outcomes, startsAt, key: options.key }).run()
  model.close()
  return { goals, found, model }
}

type Knowing = Parameters<typeof whyUnreached>[1]

interface Reached {
  goals: Goals
  found: Found
  known: Knowing
  /** How many there are. */
  paths: number
}

function allReached({ goal, limit }: AnyOptions, { goals, found, known, paths }: Reached, site: CallSite): PlannedTest {
  const name = `every ${nameOfGoal[goal]} is reached`
  const missing = goals.targets.filter(({ id }) => !found.ways.has(id))
  const most = limit?.paths ?? limits.paths
  const problems = [
    ...missing.map((target) => `  ${target.id}\n    ${whyUnreached(target, known)}`),
    ...(paths > most ? [`  ${paths - most} of ${paths} paths are not played: raise limit.paths, ${most}`] : []),
  ]
  if (problems.length === 0) return { name, run: async () => {} }
  const count = `${goals.targets.length - missing.length} of ${goals.targets.length}`
  return failing(name, [`Paths reach ${count}. Not reached:`, ...problems].join('\n'), site)
}

const nameOfGoal = {
  states: 'state',
  transitions: 'transition',
  guards: 'transition and answer of a guard',
  pairs: 'pair of transitions',
} as const

/** The last thing on a path is what it is there for: something has to say that it is right. */
function testOf(trace: Trace, playing: PlayOptions): PlannedTest {
  const path = happenedOn(trace)
  const name = nameOfPath(path)
  const { places = [] } = path.at(-1) ?? {}
  if (expectationsOf(places, playing.expect).length > 0) return { name, run: () => play(trace, playing) }
  const where = places.map((place) => `"${place}"`).join(' and ')
  return failing(name, `Nothing says what is right at the end of this path: add expect for ${where}.`, playing.site)
}

function failed(trace: Trace, { id }: Bot, site: CallSite): PlannedTest {
  const path = happenedOn(trace)
  return failing(nameOfPath(path), `${id} can't handle the last thing on this path: ${path.at(-1)?.failure}`, site)
}

const failing = (name: string, message: string, site: CallSite): PlannedTest => ({
  name,
  run: async () => {
    throw new ExplorationFailure(message, site)
  },
})
