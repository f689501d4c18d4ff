import type { Clock } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import type { Engine } from '../engine/port.js'
import type { Chain } from '../middleware/chain.js'
import type { BotLog, TurnHooks, TurnServer } from './port.js'

/** What every turn of a bot is made with. */
export interface TurnParts {
  bot: Bot
  engine: Engine
  server: TurnServer
  clock: Clock
  newId(): string
  /** Shows to a conversation at once that the bot is writing. */
  typing(conversation: string): void
  hooks: TurnHooks
  log: BotLog
  /** None by default. */
  middleware?: Chain
}
