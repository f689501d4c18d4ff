import type { CommitHandoff, GiveHandoff, HandoffFailure } from '@daakia/protocol'
import type { OpenHandoff } from '../composing/handoff.js'
import type { Run } from '../engine/port.js'
import { type Custody, giveOf } from './custody.js'

export interface HandOversOptions {
  custody: Custody
  /** The run that is going on now. */
  run(): Run | undefined
  /** Id of the bot. */
  bot: string
  members: readonly string[]
}

/** What a run has handed over, beside what the server knows of it. */
export class HandOvers {
  readonly #options: HandOversOptions

  constructor(options: HandOversOptions) {
    this.#options = options
  }

  get #open(): readonly OpenHandoff[] {
    return this.#options.run()?.handoffs ?? []
  }

  /** Those that the server does not know of yet. */
  get fresh(): readonly OpenHandoff[] {
    return this.#options.custody.fresh(this.#open)
  }

  /** What the same commit is to take back before it hands over. */
  get takesBack(): string | undefined {
    return this.#options.custody.ended(this.#open)
  }

  /** What waits next is for another bot to handle, as soon as that is committed. */
  get givesAway(): boolean {
    return this.#options.custody.givesAway(this.#open)
  }

  /** A hand-over as it is said to the server. */
  giveOf(open: OpenHandoff): GiveHandoff {
    const { bot, members, run } = this.#options
    const { client, manner } = run() ?? {}
    return giveOf(open, client ?? members.find((member) => member !== bot) ?? bot, manner)
  }

  /** The server takes no such hand-over. What comes of that has to be settled. */
  refuse({ id }: OpenHandoff, error: HandoffFailure): void {
    this.#options.run()?.handBack(id, { error }, { key: `${id} refused` })
  }

  /** What is to be committed of it; from here on it counts anew. */
  commit(): CommitHandoff | undefined {
    return this.#options.custody.commit(this.#open, (open) => this.giveOf(open))
  }
}
