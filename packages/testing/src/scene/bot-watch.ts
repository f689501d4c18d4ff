import type { GuardAnswer, RefusedEvent, Step, StoredRun, StoredTimer, Watch } from '@daakia/bot-sdk/internal'
import { type CommitTurn, type Committed, type FailTurn, mostTries, type ParkTurn } from '@daakia/protocol'
import type { Walk } from '../machine/walk.js'

/** What a bot did in one conversation. */
export interface Doings {
  /** The last event that a machine of the author took, with the steps that needed no event after it. */
  steps: readonly Step[]
  /** Events that guards refused in the turn that is or was the last. */
  refused: readonly RefusedEvent[]
  /** Of the last commit. */
  timers: readonly StoredTimer[]
  /** Turns that were rolled back since the last commit. */
  failures: readonly FailTurn[]
  /** A turn has begun, and nothing was taken in it yet. */
  isFresh: boolean
  /** A turn is going on. */
  isOpen: boolean
  /** Why the stored state could not be restored. */
  parked?: string
}

const nothingYet: Doings = { steps: [], refused: [], timers: [], failures: [], isOpen: false, isFresh: true }

/** Remembers what the processes of a bot did, and stored. */
export class BotWatch implements Watch {
  readonly #doings = new Map<string, Doings>()
  readonly #givenUp: FailTurn[] = []
  /** What of its machines was reached. */
  readonly walk: Walk
  readonly #applied: (turn: CommitTurn) => void

  /** @param applied hears of each commit that was applied */
  constructor(walk: Walk, applied: (turn: CommitTurn) => void) {
    this.walk = walk
    this.#applied = applied
  }

  /** The process is gone, and its turns with it. */
  lost(): void {
    for (const conversation of this.#doings.keys()) this.#note(conversation, { isOpen: false })
  }

  leased(conversation: string): void {
    const { parked: _, ...doings } = this.doingsIn(conversation)
    this.#doings.set(conversation, { ...doings, isOpen: true, isFresh: true, refused: [] })
  }

  /** What has become a dead letter, by its last failure. */
  get givenUp(): readonly FailTurn[] {
    return this.#givenUp
  }

  doingsIn(conversation: string): Doings {
    return this.#doings.get(conversation) ?? nothingYet
  }

  began(...told: Parameters<Watch['began']>): void {
    this.walk.began(...told)
  }

  asked(logic: object | undefined, answers: readonly GuardAnswer[]): void {
    this.walk.asked(logic, answers)
  }

  answered(question: object, answers: Readonly<Record<string, unknown>>): void {
    this.walk.answered(question, answers)
  }

  stepped(conversation: string, step: Step): void {
    if (step.isQuestion) return
    this.walk.stepped(step)
    const { steps, isFresh } = this.doingsIn(conversation)
    const isOfSame = steps.at(-1)?.actor.join() === step.actor.join()
    const goesOn = !isFresh && isOfSame && step.transitions.every(({ always }) => always)
    this.#note(conversation, { steps: goesOn ? [...steps, step] : [step], isFresh: false })
  }

  refused(conversation: string, refused: RefusedEvent): void {
    const known = this.doingsIn(conversation).refused.filter(({ event }) => event !== refused.event)
    this.#note(conversation, { refused: [...known, refused] })
  }

  committed(turn: CommitTurn, { more }: Committed): void {
    const { conversation, state, checkpoint = false } = turn
    this.#applied(turn)
    const run = state as StoredRun | null
    this.#note(conversation, { timers: run?.timers ?? [], failures: [], isOpen: checkpoint || more !== undefined })
  }

  failed(turn: FailTurn): void {
    const failures = [...this.doingsIn(turn.conversation).failures, turn]
    this.#note(turn.conversation, { failures, isOpen: false })
    if (failures.length % mostTries === 0) this.#givenUp.push(turn)
  }

  parked({ conversation, reason }: ParkTurn): void {
    this.#note(conversation, { parked: reason, isOpen: false })
  }

  #note(conversation: string, changes: Partial<Doings>): void {
    this.#doings.set(conversation, { ...this.doingsIn(conversation), ...changes })
  }
}
