import {
  type DueTimer,
  type Envelope,
  type Failure,
  type HandoffNote,
  isAside,
  type Lease,
  type PublicState,
} from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Overlap } from '../authoring/overlap.js'
import { NotPersistable } from '../engine/errors.js'
import type { Engine, Run } from '../engine/port.js'
import type { Handled, Outgoing, TurnContext } from '../middleware/port.js'
import { Custody } from './custody.js'
import { HandOvers } from './hand-overs.js'
import { hear, inputOf } from './hearing.js'
import type { HotRun } from './hot-runs.js'
import type { Meaning, Meanings } from './meanings.js'
import { type Outcome, type StoredStanding, type Worded, waitFor, wordedAs } from './outcome.js'
import { Progress } from './progress.js'
import { shown } from './shown.js'
import { Speech } from './speech.js'
import { take, wouldTake } from './taking.js'
import { tell } from './told.js'
import type { TurnSurroundings } from './turn-surroundings.js'
import { doneEvent } from './utterance.js'
import type { Item } from './waiting.js'

const noRun: PublicState = { value: null, tags: [], accepts: ['message'] }

/** Where a bot stands in a conversation while it holds the lease: its run, if one is going on, and what became of it. */
export class Standing {
  readonly around: TurnSurroundings
  readonly handOvers: HandOvers
  readonly #bot: Bot
  readonly #engine: Engine
  readonly #meanings: Meanings
  #run: Run | undefined
  #keepable = true
  #unrestored: unknown
  #origin: TurnContext['run']
  readonly #progress: Progress
  readonly #speech: Speech
  /** Names the failure of this lease in idempotency keys. */
  readonly #failureKey: string
  readonly #custody: Custody

  private constructor(lease: Lease, { bot, engine, meanings, around, hot }: StandingParts) {
    this.#bot = bot
    this.#engine = engine
    this.#meanings = meanings
    this.around = around
    this.#origin = originOf(lease, hot)
    this.#failureKey = `failed@${lease.revision}`
    const stored = lease.state as StoredStanding | null
    this.#progress = new Progress(lease.processed, stored?.timers ?? [])
    this.#speech = hot?.speech ?? new Speech(stored?.names, lease.commitHead)
    // Where the answer to that commit never came, a run in memory does not know it yet.
    if (hot && lease.commitHead !== undefined) this.#speech.committed(lease.commitHead)
    this.#custody = hot?.custody ?? new Custody(stored?.custody)
    const { members } = lease
    this.handOvers = new HandOvers({ custody: this.#custody, run: () => this.#run, bot: bot.id, members })
  }

  /** @throws StateDoesNotFit */
  static of(lease: Lease, parts: StandingParts): Standing {
    const { engine, hot } = parts
    const standing = new Standing(lease, parts)
    standing.#run = hot?.run ?? (lease.state === null ? undefined : engine.restore(lease.state, standing.around))
    return standing
  }

  /** A promise is running. */
  get working(): boolean {
    return this.#run !== undefined && !this.#run.resting
  }

  get run(): Run | undefined {
    return this.#run
  }

  /** What happens to messages that come while others wait. */
  get overlap(): Overlap {
    return this.#run?.overlap ?? this.#bot.overlap
  }

  /** Where the run of the next turn comes from. */
  get origin(): TurnContext['run'] {
    return this.#run ? this.#origin : 'new'
  }

  /** Fires a timer that the server names. What goes wrong comes out of {@link settle}. */
  fire(timer: DueTimer): Handled {
    this.#fireIfSet(timer)
    return { kind: 'timer', timer }
  }

  /** Tells the run what the bot has failed at. @throws NotTold where it does not take that as it stands */
  told(failure: Failure): Handled {
    this.#run ??= this.#beginAside(failure)
    tell(this.#run, failure, this.#failureKey)
    return { kind: 'failure', failure }
  }

  /** The message that begins a run is what failed: it can't enter its initial state. */
  #beginAside({ message }: Failure): Run | undefined {
    if (!message || isAside(message.type)) return undefined
    return this.#engine.startAside(inputOf(this.around.conversation, { message: hear(message) }), this.around)
  }

  #fireIfSet({ id, due }: DueTimer): void {
    this.#progress.fired(id)
    const timer = this.#run?.timers.find((set) => set.id === id)
    // One that is due later was set anew since the server named it: while it worked, the run fired the old one itself.
    if (timer && timer.due <= due) this.#run?.fire(id)
  }

  /**
   * Gives the run messages that waited for it, as one, after the `replies` of others to them. What goes wrong comes out of
   * {@link settle}.
   */
  hear({ burst, message }: Item & { kind: 'message' }, replies: readonly Outgoing[]): Handled {
    if (message.handoff) return this.#hearHandoff(message, message.handoff)
    this.#reply(replies)
    for (const { seq } of burst) this.#progress.handled(seq)
    const meaning = this.#meanings.of(burst)
    this.#meanings.forget(burst)
    if (!meaning) return { kind: 'message', message: hear(message), dropped: true }
    const event = this.#run ? this.#take(this.#run, meaning) : this.#begin(meaning)
    return { kind: 'message', message: meaning.message, ...(event !== undefined && { event }) }
  }

  /** What another bot tells with a hand-over. */
  #hearHandoff({ handoff: _, ...envelope }: Envelope, note: HandoffNote): Handled {
    const message = hear(envelope)
    this.#progress.handled(message.seq, { first: true })
    const cause = { key: String(message.seq) }
    if (note.kind === 'given') this.#takeOver(message, note)
    else if (note.kind === 'taken-back') {
      this.#custody.lose()
      this.#run?.send({ type: 'takenBack' }, cause)
    } else {
      this.#custody.cameBack(note.id)
      this.#run?.handBack(note.id, note.kind === 'failed' ? { error: note.error } : { output: note.output }, cause)
    }
    return { kind: 'message', message }
  }

  #takeOver(message: HeardMessage, note: Extract<HandoffNote, { kind: 'given' }>): void {
    this.discard()
    const input = this.#custody.take(message, note, this.#bot.takesOver)
    if (input) this.#run = this.#engine.start({ conversation: this.around.conversation, ...input }, this.around)
  }

  #reply(replies: readonly Outgoing[]): void {
    if (replies.length > 0) this.#say()
    for (const reply of replies) this.#speech.add(reply)
  }

  #begin(meaning: Meaning): undefined {
    if (!isAside(meaning.message.type))
      this.#run = this.#engine.start(inputOf(this.around.conversation, meaning), this.around)
  }

  #take(run: Run, meaning: Meaning): string | undefined {
    const course = { end: () => this.#cancel(), restart: () => this.#restart(run, meaning.message) }
    return take(meaning, { bot: this.#bot, run, course })
  }

  #cancel(): void {
    this.#say()
    this.discard()
    this.#custody.giveBack({ error: { code: 'cancelled', message: `The person cancelled what ${this.#bot.id} did` } })
  }

  #restart({ around }: Run, message: HeardMessage): void {
    this.#say()
    this.discard()
    const input = inputOf(this.around.conversation, { message }, around)
    this.#run = this.#engine.start({ ...input, ...this.#custody.again }, this.around)
  }

  /** Whether the run would take the message, which is understood, just now. */
  wants(message: Envelope): boolean {
    // A run that is to end is not told of the next one.
    if (message.handoff) return !this.#custody.isLost
    const meaning = this.#meanings.of([message])
    return this.#run !== undefined && meaning !== undefined && wouldTake(meaning, { bot: this.#bot, run: this.#run })
  }

  #say(): void {
    this.#speech.say(this.#run?.takeEffects() ?? [], this.#progress.heard)
  }

  /** Resolves when the machine rests; `moved` is called as often as it has moved. @throws what it failed with */
  async settle(moved: () => void): Promise<void> {
    // What is said meanwhile may end the run, or begin another one.
    for (let run = this.#run; run; run = run === this.#run ? undefined : this.#run) await run.settle(moved)
  }

  /** What has come of it since the last commit; from here on it counts anew. @throws NotPersistable */
  outcome(): Outcome {
    this.rest()
    if (this.#custody.isLost) this.#end(undefined)
    const outcome = this.#outcome()
    const handoff = this.handOvers.commit()
    return handoff ? { ...outcome, handoff } : outcome
  }

  #outcome(): Outcome {
    this.rest()
    const persisted = this.#run?.persist()
    this.#keepable = persisted?.keepable ?? true
    return {
      run: persisted?.state,
      said: this.#speech.take(),
      public: shown(this.#run?.public ?? noRun, this.#bot.hide),
      ...this.#progress.take(persisted?.state.timers ?? [], this.around.namedUntil),
      ...waitFor(this.#run?.overlap),
    }
  }

  /**
   * What has come of a machine that is at work. A promise whose input can't be stored is started again with its message:
   * its turn has no checkpoint.
   */
  unfinished(): Outcome | undefined {
    try {
      return this.working ? this.#outcome() : undefined
    } catch (error) {
      if (error instanceof NotPersistable) return undefined
      throw error
    }
  }

  /** The outcome as it is committed, where `said` is said of it in the end. @throws TypeError */
  worded(outcome: Outcome, said: readonly Outgoing[]): Worded {
    return wordedAs(outcome, said, { names: this.#speech.namesOf(said), custody: this.#custody.stored })
  }

  /** The machine has come to rest: what it said is taken, and a run that has come to its end is over. */
  rest(): void {
    this.#say()
    const ended = this.#run?.ended
    if (ended) this.#end(ended.output)
  }

  #end(output: unknown): void {
    this.discard()
    const wasHanded = this.#custody.giveBack({ output })
    if (output !== undefined && !wasHanded) this.#speech.add(doneEvent(output))
  }

  /** The outcome is committed, as `state`, and the turn is over or goes on with something else. A run that can't go on as it is makes room for its restored self. */
  committed(state: unknown, head: number | undefined): void {
    if (head !== undefined) this.saidUpTo(head)
    if (!this.#run || this.#keepable) return
    this.discard()
    this.#unrestored = state
  }

  /** What was said in the last commit ends with this `seq`. */
  saidUpTo(head: number): void {
    this.#speech.committed(head)
  }

  /** The lease is kept: more waits. `now` is the server's clock, milliseconds since the Unix epoch. */
  goOn(now: number): void {
    this.around.sync(now)
    this.#origin = this.#unrestored ? 'restored' : 'hot'
    if (this.#unrestored) this.#run = this.#engine.restore(this.#unrestored, this.around)
    this.#unrestored = undefined
  }

  /** The run, to be kept in memory until the next lease. */
  hot(commitId: string): HotRun | undefined {
    return this.#run && { commitId, run: this.#run, around: this.around, speech: this.#speech, custody: this.#custody }
  }

  discard(): void {
    this.#run?.close()
    this.#run = undefined
  }
}

/** Where the run of a lease comes from. */
export const originOf = ({ state }: Lease, hot: HotRun | undefined): TurnContext['run'] => {
  if (hot) return 'hot'
  return state === null ? 'new' : 'restored'
}

export interface StandingParts {
  bot: Bot
  engine: Engine
  meanings: Meanings
  around: TurnSurroundings
  hot: HotRun | undefined
}
