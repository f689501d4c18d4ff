import type { PublicState } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Around } from '../authoring/around.js'
import type { RunInput } from '../authoring/heard.js'
import type { Overlap } from '../authoring/overlap.js'
import type { HandedBack, OpenHandoff } from '../composing/handoff.js'
import type { Language } from '../languages/port.js'
import type { StoredKeys } from './idempotency-keys.js'
import type { OpenQuestion } from './open-question.js'
import type { StoredPause } from './voice.js'

/** A timer as it is stored. */
export interface StoredTimer {
  /** Unique in its run, and the same after a restart: the timer's name towards the server. */
  id: string
  /** Path of the actor that set it, and of the one that hears it: ids of children, from the root down. */
  source: readonly string[]
  target: readonly string[]
  /** Its id within its source. */
  name: string
  event: AnyEventObject
  /** The server's clock, milliseconds since the Unix epoch. */
  due: number
}

/** A run between two turns: JSON, and all that a restore needs. */
export interface StoredRun {
  machine: string
  version: number
  /** Of what the active states invoke and wait for; see `fingerprint.ts`. */
  fingerprint: string
  snapshot: unknown
  timers: readonly StoredTimer[]
  /** The question that was answered last, by its name. */
  answered?: string
  /** What waits to be said; absent where nothing does. */
  pause?: StoredPause
  /** How the one who is spoken with wants to be spoken to; absent where no message said so. */
  manner?: Manner
  /** What makes the same idempotency keys; present where a promise was running. */
  keys?: StoredKeys
  /** With whom the run is; present where it may hand the conversation over. */
  client?: string
}

/** How somebody wants to be spoken to. */
export interface Manner {
  /** BCP 47. */
  locale?: string
  /** IANA name. */
  timeZone?: string
}

/** What led to something. */
export interface Cause {
  /** Names it in idempotency keys: the same when it is tried again. */
  key: string
  /** Of who said it, as far as the message tells. */
  manner?: Manner
}

/** What a run has to know of the world. */
export interface Surroundings {
  /** The server's clock, milliseconds since the Unix epoch. */
  now(): number
  /**
   * Timers that fell due until then are fired when the server names them, and only then: it may have given one up.
   * Milliseconds since the Unix epoch, the server's clock.
   */
  readonly namedUntil: number
  /** Calls `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): { cancel(): void }
  /** Shows at once that the bot is writing. */
  typing(): void
  /** The language for a locale. */
  languageOf(locale: string): Language
  /** How to speak with who has not said how. */
  readonly manner: Required<Manner>
  /** Names the conversation in idempotency keys. */
  readonly conversation: string
}

/** Runs the machine of one bot. */
export interface Engine {
  /** Changes whenever a stored state might fit that did not fit before. */
  readonly version: string
  /** Begins a run with the message that started it. */
  start(input: RunInput, around: Surroundings): Run
  /**
   * Begins a run of the message that has not entered its initial state, for an event that the machine's root takes by a
   * transition to another one. `undefined` where the machine has no such place.
   */
  startAside(input: RunInput, around: Surroundings): Run | undefined
  /** Goes on with a stored run. @throws StateDoesNotFit */
  restore(stored: unknown, around: Surroundings): Run
  /**
   * Restores a stored run and leaves it at that: nothing is started, said or done. Tells whether `migrate` made it fit.
   *
   * @throws StateDoesNotFit, or NotPersistable where `migrate` answers what can't be stored
   */
  check(stored: unknown, around: Surroundings): { isMigrated: boolean }
}

/**
 * A machine at work in one conversation. What goes wrong in it is kept, and thrown by {@link settle}; nothing reaches
 * the process as an uncaught exception.
 */
export interface Run {
  /** No transition has led it anywhere: it can't be stored. See {@link Engine.startAside}. */
  readonly isBeforeInitial: boolean
  /**
   * Whether somebody can take the event as things are; nobody can where a guard throws. With `byName`, by a transition
   * that names its type. @throws with `byName`, what a guard throws
   */
  accepts(event: AnyEventObject, options?: { byName?: boolean }): boolean
  /**
   * Gives the event to the first that can take it: the root, else the newest and deepest child. Answers whether there
   * was one. Events of XState's own (`xstate.*`) are never taken from outside.
   */
  send(event: AnyEventObject, cause: Cause): boolean
  /** The question that was asked last and waits for its answer. */
  readonly question: OpenQuestion | undefined
  /** The question that was answered last, by its name: what "no, make that three" is about. */
  readonly answered: string | undefined
  /** Has the open question asked again. */
  repeat(): void
  /** For whom words are made, and when. */
  readonly around: Around
  /** With whom the run is, where it may hand the conversation over; absent where it was stored by code that could not. */
  readonly client: string | undefined
  /** How that person wants to be spoken to, as far as messages said. */
  readonly manner: Manner | undefined
  /** The hand-overs that are going on. */
  readonly handoffs: readonly OpenHandoff[]
  /** Tells the hand-over of this id that it is over; without effect where there is none any more. */
  handBack(id: string, back: HandedBack, cause: Cause): void
  /** Fires the timer of this id now; without effect where it is not set any more. */
  fire(id: string): void
  readonly timers: readonly StoredTimer[]
  /** Something went wrong, and {@link settle} will throw it. */
  readonly failed: boolean
  /** No promise is running: everything waits for somebody. */
  readonly resting: boolean
  /**
   * Resolves when the run rests. Timers that fall due while a promise runs win over it: they are fired meanwhile.
   *
   * @param moved called whenever the machine has moved: it may take now what it could not take before
   * @throws what the machine failed with
   */
  settle(moved?: () => void): Promise<void>
  /** Says this after what the machine has said so far. */
  say(event: AnyEventObject): void
  /** What is to be said since the last time, in the order in which it was said; what a pause holds back comes later. */
  takeEffects(): readonly AnyEventObject[]
  /** Present when the machine has reached its end. */
  readonly ended: { output: unknown } | undefined
  readonly public: PublicState
  /** What its states say of messages that come while others wait; `undefined` where none says anything. */
  readonly overlap: Overlap | undefined
  /**
   * The run as it is. Exactly what a restore would give; promises that run are started again by it, with the same
   * idempotency keys.
   *
   * @throws NotPersistable where it could not be restored, naming the place
   */
  persist(): Persisted
  /** Stops all its actors; nothing is heard of it any more. */
  close(): void
}

export interface Persisted {
  state: StoredRun
  /** Whether this run may go on in memory: it would do just what its restored self does. */
  keepable: boolean
}
