import { test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import type { Chat } from '../chat.js'
import { checkGivenOptions, checkScenario } from '../check-options.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { called, checking, misuse, pointedAt } from '../failure/misuse.js'
import { seedOfRun } from '../failure/replay.js'
import { retold } from '../failure/retold.js'
import { DrawnCrashes } from '../faults/crash-point.js'
import { Given, isText, isWhole } from '../given.js'
import { checkOptions, type HarnessOptions } from '../harness-options.js'
import { withSituation } from '../scene/report/situation.js'
import type { Scene } from '../scene/scene.js'
import { setScene } from '../set-scene.js'
import { seededRandom, seedFor } from '../time/seeded-random.js'
import { Schedule } from './schedule.js'

/**
 * Whose race it is, and how often it is run.
 *
 * @example
 * const options: RacesOptions<typeof machine> = { bot: order, instances: 2, schedules: 200 }
 */
export type RacesOptions<TMachine extends AnyStateMachine> = HarnessOptions<TMachine> & {
  /** In how many orders. 100 by default. */
  schedules?: number
  /** How many instances of each bot run. 1 by default. */
  instances?: number
  /**
   * How many processes die in each order, and start again: instances and the server, at points of a crash sweep that are
   * drawn by lot. 0 by default.
   */
  crashes?: number
}

const usual = { schedules: 100, instances: 1, crashes: 0 }

/**
 * Makes a test that plays one scenario in many orders: which of the messages that are on their way comes first, and which of the
 * timers that are due, is another in each. What a test does at once, with `Promise.all`, races: what several people say, and `chat.advance`
 * with it. The orders are the same in each run; a failure names the one in which the scenario fails, and the command that plays it
 * alone.
 *
 * @param scenario has to hold in whatever order things happen
 * @throws TypeError, RangeError where it is no race, or an option can't be used
 * @example
 * // test/races.test.ts
 * races('an order is taken or late, and never both', { bot: order, schedules: 100 }, async (chat) => {
 *   const ana = chat.user('ana')
 *   await ana.says('two large')
 *   await Promise.all([ana.says('yes'), chat.advance('15m')])
 *   await ana.toHear(/taken|late/)
 * })
 */
export const races = <TMachine extends AnyStateMachine>(
  name: string,
  options: RacesOptions<TMachine>,
  scenario: (chat: Chat<TMachine>) => Promise<void>,
): void => {
  const site = callSite(races)
  called(races, () => checkRaces(name, options, scenario))
  const { schedules, instances, crashes } = { ...usual, ...options }
  test(name, { timeout: 600_000 }, async () => {
    const only = options.seed ?? seedOfRun()
    const seeds = only === undefined ? Array.from({ length: schedules }, (_, at) => at + 1) : [only]
    for (const seed of seeds) await run(options, scenario, { seed, instances, crashes, site, of: seeds.length })
  })
}

/** @throws TypeError, RangeError where what was given is no race */
const checkRaces = <TMachine extends AnyStateMachine>(
  name: string,
  options: RacesOptions<TMachine>,
  scenario: unknown,
): void => {
  const write = "races('a name', { bot }, async (chat) => { … })"
  const given = new Given('races')
  given.is(name, isText, write)
  checkGivenOptions('races', options, write)
  checkScenario('races', scenario, write)
  given.number(options, 'schedules', isWhole(1), 'a whole number from 1, such as schedules: 100')
  given.number(options, 'instances', isWhole(1), 'a whole number from 1, such as instances: 2')
  given.number(options, 'crashes', isWhole(0), 'a whole number, such as crashes: 1')
  if (options.time === 'real' || (options.transport ?? 'memory') !== 'memory')
    throw misuse(
      new RangeError(
        'Races are run in virtual time and in memory, where the order is known: leave out "time" and "transport". What becomes of processes that die is shown by crashSweep.',
      ),
    )
  checking(() => checkOptions(options as unknown as HarnessOptions<AnyStateMachine>))
}

/** Which one of how many, and what went in it. */
interface Order {
  seed: number
  of: number
  taken: readonly string[]
}

interface RunOptions extends Pick<Order, 'seed' | 'of'> {
  instances: number
  crashes: number
  site: CallSite
}

const run = async <TMachine extends AnyStateMachine>(
  options: HarnessOptions<TMachine>,
  scenario: (chat: Chat<TMachine>) => Promise<void>,
  { seed, instances, crashes: deaths, site, of }: RunOptions,
): Promise<void> => {
  const crashes = new DrawnCrashes(deaths, seededRandom(seedFor(seed, 'crashes')))
  const schedule = new Schedule(seededRandom(seedFor(seed, 'schedule')))
  const killing = deaths > 0 && { crashes }
  const setting = setScene({ ...options, seed }, { site, schedule, instances, ...killing })
  const { chat, scene } = await setting.catch((error) => {
    throw pointedAt(error, site)
  })
  schedule.begin()
  try {
    await scenario(chat as unknown as Chat<TMachine>)
    await chat.close()
  } catch (error) {
    throw inSchedule(error, scene, { seed, of, taken: [...schedule.taken] })
  } finally {
    await chat.close().catch(() => {})
  }
}

/** Says in which order it happened. The stack is that of the scenario's line. */
const inSchedule = (error: unknown, scene: Scene, { seed, of, taken }: Order): unknown =>
  retold(error, (message) => {
    const order = `The order was ${of === 1 ? seed : `${seed} of ${of}`}:\n${asLines(inRuns(taken))}`
    return `${withSituation(scene, error, message)}\n\n${order}`
  })

/** As wide as a terminal. */
const widest = 98

const asLines = (ways: readonly string[]): string => {
  const lines: string[] = []
  for (const way of ways) {
    const line = `${lines.at(-1)}, ${way}`
    if (lines.length > 0 && line.length < widest) lines[lines.length - 1] = line
    else lines.push(`  ${way}`)
  }
  return lines.join(',\n')
}

/** `ana → server ×2` where a way went several times in a row. */
const inRuns = (taken: readonly string[]): string[] => {
  const runs: { way: string; times: number }[] = []
  for (const way of taken) {
    const last = runs.at(-1)
    if (last?.way === way) last.times += 1
    else runs.push({ way, times: 1 })
  }
  return runs.map(({ way, times }) => (times === 1 ? way : `${way} ×${times}`))
}
