import { describe, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { callSite } from '../failure/call-site.js'
import { called } from '../failure/misuse.js'
import { checkBotOrMachine } from '../given-bots.js'
import { checkExploreOptions } from './check-options.js'
import type { AnyOptions, EventValues, Explored, ExploreOptions } from './options.js'
import { plan } from './plan.js'

/**
 * Looks for conversations that lead a bot everywhere, and makes a test of each. They are found by running the bot's own
 * turns, from every situation that was found, with everything that may happen then: each value of each event, each outcome
 * of work that begins, and time that passes until the next timer. The shortest that together reach all of the goal are played
 * over the harness. After each thing that happens the bot has to be where it was when the path was found, to say the same, and
 * to do what `expect` says of the state.
 *
 * A test fails, and says why: of what can't be reached; of an event that nobody drives, and of work that nobody says an
 * outcome of; of a path at whose end nothing is expected; and of what the bot can't handle.
 *
 * @param explored a bot, or its machine alone
 * @throws TypeError, RangeError where there is no bot, or an option can't be used
 * @example
 * explore(order, {
 *   goal: 'transitions',
 *   events: { message: ['hello', 'two large ones', 'yes'], cancel: ['cancel'] },
 *   expect: { asking: /\?$/, paying: /^That makes/ },
 * })
 */
export const explore = <TMachine extends AnyStateMachine, const TEvents extends EventValues<TMachine>>(
  explored: Explored<TMachine>,
  options: ExploreOptions<TMachine, TEvents>,
): void => {
  const site = callSite(explore)
  called(explore, () => {
    checkBotOrMachine(explored)
    checkExploreOptions(options as unknown as AnyOptions)
  })
  describe(`explored ${options.goal} of ${explored.id}`, async () => {
    const tests = await plan(explored as unknown as Explored<AnyStateMachine>, options as unknown as AnyOptions, site)
    for (const { name, run } of tests) test(name, run)
  })
}
