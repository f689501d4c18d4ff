/** Turns: what waits for bots, given to their connections under leases. */
export { type Announcement, readAnnouncement } from './announcement.js'
export type { TurnHooks, TurnPoint } from './hooks.js'
export { type RetryTerms, retryDelayMs } from './retry-delay.js'
export { Turns, type TurnsParts } from './turns.js'
