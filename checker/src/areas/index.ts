import type { Area } from './area.js'
import { failures } from './failures.js'
import { memberships } from './membership.js'
import { messages } from './messages.js'
import { presence } from './presence.js'
import { receipts } from './receipts.js'
import { timers } from './timers.js'
import { turns } from './turns.js'

export type { Area, PlannedOp, Scope, World } from './area.js'

/** In the order in which they are planned and checked. */
export const areas: readonly Area[] = [messages, turns, timers, memberships, presence, receipts, failures]
