import type { RefusedEvent, Step, StoredRun, StoredTimer, Watch } from '@daakia/bot-sdk/internal'
import type { CommitTurn, FailTurn, ParkTurn } from '@daakia/protocol'

/** What a bot did in one conversation. */
export interface Doings {
  /** The last event that the bot's own machine took, with the steps that needed no event after it. */
  steps: readonly Step[]
  /** Events that guards refused since then. */
  refused: readonly RefusedEvent[]
  /** Of the last commit. */
  timers: readonly StoredTimer[]
  /** Turns that were rolled back since the last commit. */
  failures: readonly FailTurn[]
  /** Why the stored state could not be restored. */
  parked?: string
}

const nothingYet: Doings = { steps: [], refused: [], timers: [], failures: [] }

/** Remembers what the processes of a bot did, and stored. */
export class BotWatch implements Watch {
  readonly #doings = new Map<string, Doings>()

  doingsIn(conversation: string): Doings {
    return this.#doings.get(conversation) ?? nothingYet
  }

  stepped(conversation: string, step: Step): void {
    if (step.actor.length > 0) return
    const goesOn = step.transitions.every(({ always }) => always)
    const steps = goesOn ? [...this.doingsIn(conversation).steps, step] : [step]
    this.#note(conversation, { steps, refused: [] })
  }

  refused(conversation: string, refused: RefusedEvent): void {
    const known = this.doingsIn(conversation).refused.filter(({ event }) => event !== refused.event)
    this.#note(conversation, { refused: [...known, refused] })
  }

  committed({ conversation, state }: CommitTurn): void {
    const run = state as StoredRun | null
    const { parked: _, ...doings } = this.doingsIn(conversation)
    this.#doings.set(conversation, { ...doings, timers: run?.timers ?? [], failures: [] })
  }

  failed(turn: FailTurn): void {
    this.#note(turn.conversation, { failures: [...this.doingsIn(turn.conversation).failures, turn] })
  }

  parked({ conversation, reason }: ParkTurn): void {
    this.#note(conversation, { parked: reason })
  }

  #note(conversation: string, changes: Partial<Doings>): void {
    this.#doings.set(conversation, { ...this.doingsIn(conversation), ...changes })
  }
}
