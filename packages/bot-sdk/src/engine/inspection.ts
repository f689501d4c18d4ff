import type { AnyActorRef } from 'xstate'
import { questionOf } from '../asking/questions.js'
import { EndlessSteps } from './errors.js'
import type { Telling } from './telling.js'
import { type Inspected, logicOf, type Microstep, type Told } from './xstate-internals.js'

/** XState's own limit is infinite unless an author sets it, and a loop would stop the whole process. */
const mostSteps = 10_000

export interface InspectionOptions {
  /** The question that was answered before. */
  answered: string | undefined
  /** Called while an actor is being made, before it has a snapshot. */
  made(actor: AnyActorRef): void
  /** Called when an actor has another snapshot. */
  moved(): void
  /** Tells who watches. */
  telling: Telling | undefined
}

/** What XState tells of the actors of a run as they work. */
export class Inspection {
  readonly #options: InspectionOptions
  #answered: string | undefined
  #steps = 0

  constructor(options: InspectionOptions) {
    this.#options = options
    this.#answered = options.answered
  }

  /** The question that was answered last, by its name. */
  get answered(): string | undefined {
    return this.#answered
  }

  /** The steps from here on are counted for themselves. */
  startCounting(): void {
    this.#steps = 0
  }

  /** @throws EndlessSteps */
  hear(event: Inspected): void {
    if (event.type === '@xstate.actor') this.#options.made(event.actorRef as AnyActorRef)
    else if (event.type === '@xstate.microstep') this.#stepped(event as Microstep)
    else if (event.type === '@xstate.snapshot') this.#moved(event as Told)
  }

  #moved(told: Told): void {
    const actor = told.actorRef as AnyActorRef
    this.#options.telling?.stood(actor, told)
    if (isDone(actor) && questionOf(logicOf(actor))) this.#answered = String(actor.src)
    this.#options.moved()
  }

  #stepped(microstep: Microstep): void {
    this.#steps++
    if (this.#steps > mostSteps) throw new EndlessSteps(mostSteps)
    this.#options.telling?.stepped(microstep)
  }
}

const isDone = (actor: AnyActorRef): boolean =>
  (actor.getSnapshot() as { status?: string } | undefined)?.status === 'done'
