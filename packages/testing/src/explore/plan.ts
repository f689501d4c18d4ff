import { type Bot, bot as botOf, isBot } from '@daakia/bot-sdk'
import { directConversation } from '@daakia/protocol'
import type { AnyStateMachine } from 'xstate'
import type { CallSite } from '../failure/call-site.js'
import { defaults } from '../harness-options.js'
import { BotModel } from './model/bot-model.js'
import { outcomesByActor } from './model/given-outcomes.js'
import type { AnyOptions, Explored, Limit } from './options.js'
import { choosePaths } from './paths/choose.js'
import { allReached, breaking, failing, type PlannedTest, playing } from './planned-test.js'
import { Goals } from './search/goals.js'
import { movesOf } from './search/moves.js'
import { Search } from './search/search.js'
import { faultsOf } from './strictness.js'

const limits: Required<Limit> = { depth: 30, situations: 10_000, paths: 100, seconds: 10 }

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
  const { goal, events, expect, harness = {} } = options
  const limit = { ...limits, ...options.limit }
  const outcomes = outcomesByActor(options.outcomes ?? {})
  const { startsAt = defaults.startsAt, stuckAfterMs = defaults.stuckAfterMs } = harness
  const quietMs = typeof bot.overlap === 'object' ? bot.overlap.debounceMs : 0
  const between = { conversation: directConversation(client, bot.id), client, bot: bot.id, quietMs }
  const model = new BotModel({ bot, between, outcomes, stuckAfterMs })
  const goals = new Goals(model.bot.machine, goal)
  model.tell(goals)
  const moves = movesOf(events, options.drive ?? {})
  const found = await new Search({ model, moves, goals, limit, outcomes, startsAt, key: options.key }).run()
  model.close()
  const paths = choosePaths(found.ways)
  const known = { ...found, machine: model.bot.machine, touched: goals.touched, outcomes, limit, events }
  const { targets } = goals
  return [
    allReached({ goal, targets, ways: found.ways, paths: paths.length, limit, known }, site),
    ...paths.slice(0, limit.paths).map((path) => playing(path, { bot, outcomes, expect, harness, client, site })),
    ...found.failures.map((path) => breaking(path, bot.id, site)),
  ]
}

/** A machine by itself is a bot of its id. */
const alone = (machine: AnyStateMachine): Bot => botOf({ id: machine.id, version: 1, machine })
