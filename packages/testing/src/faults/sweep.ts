import { checkGivenOptions, checkScenario } from '../check-options.js'
import { atEndOfTest } from '../end-of-test.js'
import type { CallSite } from '../failure/call-site.js'
import { ConversationFailure } from '../failure/conversation-failure.js'
import { pointedAt } from '../failure/misuse.js'
import { forgotAwait } from '../failure/problems.js'
import { Act } from '../scene/act.js'
import type { Play } from './playing.js'

/** @throws TypeError, RangeError where a sweep can't be made of what it was given */
export const checkSwept = (call: string, options: object, conversation: unknown): void => {
  const write = `${call}({ bot }, async (chat) => { … })`
  checkGivenOptions(call, options, write)
  checkScenario(call, conversation, write)
}

/** Plays no more from when on nobody waits for what comes of it. */
export type WhileAwaited = (play: Play) => Play

/**
 * A sweep as a promise. A test of vitest that ends before anybody waits for it has shown nothing, and fails. Where nobody looks at
 * the end of the test, as where tests run at once, one that goes wrong is a rejection that nobody handles.
 *
 * @param name as the test calls it
 */
export const swept = <T>(
  name: string,
  site: CallSite,
  sweep: (whileAwaited: WhileAwaited) => Promise<T>,
): Promise<T> => {
  let isLeft = false
  const whileAwaited: WhileAwaited =
    (play) =>
    async (...how) => {
      if (isLeft) throw new Error('The test has ended.')
      return play(...how)
    }
  let act: Act<T> | undefined
  const isWatched = atEndOfTest(async () => {
    if (!act || act.isAwaited) return undefined
    isLeft = true
    await act.catch(() => {})
    return new ConversationFailure(forgotAwait(act), '', site)
  })
  const work = sweep(whileAwaited).catch((error) => {
    throw pointedAt(error, site)
  })
  if (!isWatched) return work
  act = new Act(name, site, work)
  return act
}

/** A sweep in which nothing could go wrong has shown nothing. */
export const shownNothing = (message: string, site: CallSite): ConversationFailure =>
  new ConversationFailure({ message }, '', site)
