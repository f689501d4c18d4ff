import type { Committed } from '@daakia/protocol'
import { ValueMap } from '../middleware/context-key.js'
import type { Handled, Outgoing, Trigger, TurnContext } from '../middleware/port.js'

export interface OpenTurnOptions {
  bot: string
  conversation: string
  attempt: number
  revision: number
  run: TurnContext['run']
  trigger: Trigger | undefined
  now(): number
}

/** A turn as middleware sees it. */
export class OpenTurn extends ValueMap implements TurnContext {
  readonly bot: string
  readonly conversation: string
  readonly attempt: number
  readonly revision: number
  readonly run: TurnContext['run']
  declare readonly trigger?: Trigger
  readonly handled: Handled[] = []
  said: readonly Outgoing[] = []
  declare committed?: Pick<Committed, 'revision' | 'head'>
  readonly #now: () => number

  constructor({ bot, conversation, attempt, revision, run, trigger, now }: OpenTurnOptions) {
    super()
    this.bot = bot
    this.conversation = conversation
    this.attempt = attempt
    this.revision = revision
    this.run = run
    if (trigger) this.trigger = trigger
    this.#now = now
  }

  get now(): number {
    return this.#now()
  }

  /** A commit with these words was applied. */
  hasCommitted({ revision, head }: Committed, said: readonly Outgoing[]): void {
    this.committed = { revision, head }
    this.said = [...this.said, ...said]
  }
}
