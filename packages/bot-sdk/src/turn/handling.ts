import type { Envelope } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import type { Overlap } from '../authoring/overlap.js'
import type { Handled } from '../middleware/port.js'
import type { Checkpoints } from './checkpoints.js'
import type { Ending } from './ending.js'
import { isPlainText } from './hearing.js'
import type { Layers } from './layers.js'
import type { Meanings } from './meanings.js'
import type { Standing } from './standing.js'
import { type Item, itemOf, type Waiting } from './waiting.js'

export interface HandlingOptions {
  bot: Bot
  waiting: Waiting
  meanings: Meanings
  layers: Layers
  checkpoints: Checkpoints
  ending: Ending
  /** What waits may be taken as one: nothing of it has failed before, and the turn is not to end. */
  mayTakeBursts(): boolean
}

/** Gives a machine what waits for it: in which order, what of it as one, and what while it is busy. */
export class Handling {
  readonly #options: HandlingOptions
  #item: Item | undefined

  constructor(options: HandlingOptions) {
    this.#options = options
  }

  /** What was given to the machine last. */
  get item(): Item | undefined {
    return this.#item
  }

  /** What was handled is committed. */
  goOn(): void {
    this.#item = undefined
  }

  /**
   * Handles what waits first, or all that waits, until the machine rests. Once it wants quiet for longer or shorter than
   * it did, the rest comes when it is quiet. @throws LeaseGone, or what went wrong
   */
  async handleNext(standing: Standing): Promise<void> {
    const { overlap } = standing
    await this.#handleOne(standing)
    while (this.#takesBursts(standing) && this.#options.waiting.earliest && !standing.handOvers.givesAway) {
      if (startsToWait(overlap, standing.overlap)) return
      standing.rest()
      await this.#handleOne(standing)
    }
  }

  /** Gives a busy machine what it can take at once, and what waited before that, so that nothing is passed over. */
  interrupt(standing: Standing | undefined): void {
    while (standing?.working && !this.#options.ending.isOver) {
      const next = this.#interruption(standing)
      if (next.length === 0) return
      for (const item of next) this.#handle(standing, item)
    }
  }

  /** What has failed before is taken one by one, so that it is known what it is. */
  #takesBursts({ overlap }: Standing): boolean {
    return overlap !== 'queue' && this.#options.mayTakeBursts()
  }

  async #handleOne(standing: Standing): Promise<void> {
    const first = standing.working ? [] : this.#toUnderstandFirst(standing)
    for (const message of first)
      if (!this.#isUnderstood([message], standing)) await this.#understand([message], standing)
    const item = this.#next(standing)
    if (item) this.#item = item
    if (item?.kind === 'message' && !this.#isUnderstood(item.burst, standing))
      await this.#understand(item.burst, standing)
    if (item) this.#handle(standing, item)
    this.interrupt(standing)
    await this.settled(standing)
  }

  /** What a burst is made of shows when each message is understood. */
  #toUnderstandFirst(standing: Standing): readonly Envelope[] {
    return this.#takesBursts(standing) ? this.#options.waiting.messages : []
  }

  /** The earliest thing. A bot that goes on from a checkpoint is at work already, and comes to that later. */
  #next(standing: Standing): Item | undefined {
    const { bot, waiting, meanings } = this.#options
    const isFailure = waiting.earliest?.kind === 'failure'
    if (standing.working && !isFailure) return undefined
    if (!this.#takesBursts(standing) || isFailure) return waiting.earliest
    // What was pushed while others were being understood is not understood yet, and comes next.
    const joins = (message: Envelope) => {
      if (message.handoff) return false
      const meaning = meanings.isKnown([message], standing.run) && meanings.of([message])
      return meaning ? isPlainText(meaning, bot, standing.run) : false
    }
    return waiting.earliestBurst(joins)
  }

  /** Most are understood at once: nothing is waited for then, not even a microtask. */
  #isUnderstood(burst: readonly Envelope[], { run }: Standing): boolean {
    if (burst[0]?.handoff) return true
    return this.#options.meanings.learn(burst, run) === undefined
  }

  async #understand(burst: readonly Envelope[], { run }: Standing): Promise<void> {
    const { meanings, ending } = this.#options
    for (let known = meanings.learn(burst, run); known; known = meanings.learn(burst, run))
      await ending.unlessOver(known)
  }

  /** The machine has moved by itself, and may have to work. @throws LeaseGone, or what went wrong */
  settled(standing: Standing): Promise<void> {
    return this.#options.ending.unlessOver(this.#settle(standing))
  }

  async #settle(standing: Standing): Promise<void> {
    const { checkpoints } = this.#options
    try {
      await standing.settle(() => {
        checkpoints.moved()
        this.interrupt(standing)
      })
    } finally {
      checkpoints.stop()
    }
    await checkpoints.idle()
  }

  #handle(standing: Standing, item: Item): void {
    const { waiting, layers, checkpoints } = this.#options
    this.#item = item
    waiting.handled(item)
    layers.handled(this.#give(standing, item))
    if (standing.working) checkpoints.moved()
  }

  #give(standing: Standing, item: Item): Handled {
    if (item.kind === 'failure') return standing.told(item.failure)
    if (item.kind === 'timer') return standing.fire(item.timer)
    return standing.hear(item, this.#options.layers.repliesTo(item.burst))
  }

  /**
   * A timer that is due; else the messages up to the first that the machine can take. One that is still to be understood
   * holds up those after it, and comes here again when it is.
   */
  #interruption(standing: Standing): readonly Item[] {
    const { waiting } = this.#options
    const [timer] = waiting.timers
    if (timer) return [{ kind: 'timer', timer }]
    const open = waiting.messages.findIndex((message) => !this.#isUnderstood([message], standing))
    const messages = open < 0 ? waiting.messages : waiting.messages.slice(0, open)
    const wanted = messages.findIndex((message) => standing.wants(message))
    return messages.slice(0, wanted + 1).flatMap((message) => itemOf([message]) ?? [])
  }
}

/** Whether the server is to wait for quiet as it has not waited yet. */
const startsToWait = (before: Overlap, now: Overlap): boolean => {
  if (typeof now !== 'object') return false
  return typeof before !== 'object' || before.debounceMs !== now.debounceMs || before.longestMs !== now.longestMs
}
