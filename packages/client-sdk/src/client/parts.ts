import type { Link } from '../link/port.js'
import type { Stop } from '../listeners.js'
import type { BotStates } from './bot-states.js'
import type { Inbox } from './inbox.js'
import type { Message } from './message.js'
import type { Outbox } from './outbox.js'

/** What a client's conversations share. */
export interface Parts {
  link: Link
  inbox: Inbox
  outbox: Outbox
  states: BotStates
  newId(): string
  /** Hears every message until the client is closed, which `end` tells, with the reason where it was refused for good. */
  listen(push: (message: Message) => void, end: (error?: Error) => void): Stop
}
