import type { Alarm } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Work } from '../../persistence/port.js'
import type { BotConnection } from './bots.js'
import type { TurnAtWork } from './turn-at-work.js'

/** Whose turn it is, and where. */
export interface TurnName {
  vendor: string
  conversation: string
  bot: string
}

/**
 * - `opening`: reserved; the lease is being made
 * - `waiting`: no lease could be had; it is tried again later
 * - `open`: the bot has it
 * - `settling`: a commit, failure or parking is being applied; nothing is pushed meanwhile
 * - `over`: the lease is being given back
 */
export type Phase = 'opening' | 'waiting' | 'open' | 'settling' | 'over'

type Items = Pick<Work, 'events' | 'timers'>

/** A turn of a bot in a conversation, from the moment it is reserved until its lease was given back. */
export class OpenTurn {
  #phase: Phase = 'opening'
  fence = ''
  revision = 0
  /** Which try this is at what waits first. */
  attempt = 1
  /** The bot is told of a failure, and of nothing else before its first commit. */
  ofFailure = false
  grantedAt = 0
  /** The server's clock when the bot was last told what waits: its delays count from there. */
  now = 0
  /** Something came that the bot may not have been told of. */
  news = false
  #pushing = false
  /** It has handled all that waited: messages, and timers that were due. */
  rests = false
  /** Its connection has gone, or its time was up, while it could not be ended. */
  lost = false
  /** Its holder has called since the lease was granted, or renewed: it is not silent. */
  heard = false
  expiry: Alarm | undefined
  /** Resolves when the answer to the last call is on its way. */
  answered: Promise<void> = Promise.resolve()
  /** Resolves when what is being applied has been. */
  settled: Promise<void> = Promise.resolve()
  #toldSeq = 0
  readonly #toldTimers = new Set<string>()
  readonly #activity: Activity
  readonly #over: () => void
  /** Called when the bot has it in hand no more. */
  #goOn: (() => void) | undefined
  #items: Items = { events: [], timers: [] }

  constructor(
    readonly name: TurnName,
    readonly connection: BotConnection,
    activity: Activity,
  ) {
    this.#activity = activity
    this.#over = activity.begin()
  }

  get phase(): Phase {
    return this.#phase
  }

  set phase(phase: Phase) {
    this.#phase = phase
    this.#tellWhoseMove()
  }

  get pushing(): boolean {
    return this.#pushing
  }

  set pushing(pushing: boolean) {
    this.#pushing = pushing
    this.#tellWhoseMove()
  }

  /** The turn is over. */
  rest(): void {
    this.#over()
  }

  /** The bot was told of these, and of nothing else. */
  told(items: Items): void {
    this.#items = items
    this.#toldTimers.clear()
    this.#toldSeq = 0
    this.#note(items)
  }

  /** What the bot is to handle first; nothing where it only goes on with what it has begun, or has not heard anything. */
  get holds(): Pick<TurnAtWork, 'seq' | 'timer'> {
    const { events, timers } = this.#items
    const [message] = events
    const [timer] = timers
    if (timer && (!message || timer.due <= message.at)) return { timer: timer.id }
    return message ? { seq: message.seq } : {}
  }

  /** Those that the bot was not told of yet; from now on it was. */
  takeUntold({ events, timers }: Items): Items | undefined {
    const untold = {
      events: events.filter(({ seq }) => seq > this.#toldSeq),
      timers: timers.filter((timer) => !this.#toldTimers.has(timerKey(timer))),
    }
    if (untold.events.length === 0 && untold.timers.length === 0) return undefined
    this.#note(untold)
    return untold
  }

  /** Nothing is done for it before the bot does something. */
  #tellWhoseMove(): void {
    const isInHand = this.#phase === 'open' && !this.#pushing
    if (isInHand) this.#goOn ??= this.#activity.wait()
    else {
      this.#goOn?.()
      this.#goOn = undefined
    }
  }

  #note({ events, timers }: Items): void {
    for (const { seq } of events) this.#toldSeq = Math.max(this.#toldSeq, seq)
    for (const timer of timers) this.#toldTimers.add(timerKey(timer))
  }
}

const timerKey = ({ id, due }: { id: string; due: number }) => `${due} ${id}`
