import { systemClock } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import { xstateEngine } from '../engine/engine.js'
import { NotPersistable, StateDoesNotFit } from '../engine/errors.js'
import { TurnSurroundings } from '../turn/turn-surroundings.js'

/**
 * Whether a bot can go on with a stored state.
 *
 * @example
 * const check: StateCheck = checkState(order, stored)
 * if (!check.fits) console.error(`It would be parked: ${check.reasons.join('; ')}`)
 */
export type StateCheck =
  | {
      fits: true
      /** It is the bot's `migrate` that makes it fit. */
      migrated: boolean
    }
  | {
      fits: false
      /** What would have it parked; each says one thing. */
      reasons: readonly string[]
    }

/**
 * Says whether a bot's code can go on with a state that older code has stored, as a turn would: `migrate` is asked where
 * the state does not fit. The state is restored and nothing is run: no actor is started, nothing is said.
 *
 * @param stored what the last commit has stored, as `states/list` gives it; null where no run is going on
 * @example
 * expect(checkState(order, stored)).toEqual({ fits: true, migrated: true })
 */
export function checkState(bot: Bot, stored: unknown): StateCheck {
  if (stored === null) return { fits: true, migrated: false }
  try {
    return { fits: true, migrated: xstateEngine(bot).check(stored, around(bot)).isMigrated }
  } catch (error) {
    return { fits: false, reasons: reasonsOf(error) }
  }
}

const reasonsOf = (error: unknown): readonly string[] => {
  if (error instanceof StateDoesNotFit) return error.reasons
  if (error instanceof NotPersistable) return [`what \`migrate\` answers can't be stored: ${error.message}`]
  return [`restoring it fails: ${error instanceof Error ? error.message : String(error)}`]
}

/** As in a turn, where nothing comes to happen. */
const around = (bot: Bot): TurnSurroundings =>
  new TurnSurroundings({
    ...{ conversation: '', clock: systemClock, manner: bot, languages: bot.languages },
    typing: () => {},
  })
