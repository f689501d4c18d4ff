import type { Archiving } from './port/archiving.js'
import type { BotStates } from './port/bot-states.js'
import type { DeadLetters } from './port/dead-letters.js'
import type { Journals } from './port/journals.js'
import type { ParkedStates } from './port/parked-states.js'
import type { Retention } from './port/retention.js'
import type { Tallies } from './port/tallies.js'
import type { TurnStore } from './port/turns.js'

export type * from './port/archiving.js'
export type * from './port/bot-states.js'
export type * from './port/dead-letters.js'
export type * from './port/journals.js'
export type * from './port/messages.js'
export type * from './port/parked-states.js'
export type * from './port/retention.js'
export type * from './port/tallies.js'
export type * from './port/turns.js'

/**
 * Journals, bot state and timers: everything that has to change together, replaced as a whole. It is the truth;
 * inbox, roster and pending work are projections of it, and may lag.
 *
 * Every promise resolves after its writes are flushed. Nothing crosses vendors.
 */
export interface Store
  extends Journals,
    Retention,
    Archiving,
    Tallies,
    TurnStore,
    DeadLetters,
    ParkedStates,
    BotStates {}
