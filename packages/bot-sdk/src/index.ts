/**
 * Conversations as XState machines, run as durable turns.
 *
 * @module
 */
export { type Ask, ask, GaveUp, type Question, type Retry } from './asking/ask.js'
export type { Schema, Validated } from './asking/schema.js'
export type { Around } from './authoring/around.js'
export { type Bot, type BotOptions, bot, type Overlap } from './authoring/bot.js'
export type { CancelHeard, Heard, HeardMessage, HelpHeard, MessageHeard, RunInput } from './authoring/heard.js'
export { idempotencyKey } from './authoring/idempotency-key.js'
export type { Migrate, NewState, OldState } from './authoring/migrate.js'
export { type BotConnection, type ConnectOptions, connect } from './connect/connect.js'
export { type Said, say } from './saying/say.js'
export type { BotLog, TurnHooks, TurnPoint } from './turn/port.js'
