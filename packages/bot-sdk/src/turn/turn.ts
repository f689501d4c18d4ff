import type { Clock, CommitTurn, Committed, Envelope, Lease, Push } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import { NotPersistable } from '../engine/errors.js'
import type { Engine } from '../engine/port.js'
import { Checkpoints } from './checkpoints.js'
import { deferred } from './deferred.js'
import { giveUp } from './give-up.js'
import { isPlainText } from './hearing.js'
import type { HotRun } from './hot-runs.js'
import { Meanings } from './meanings.js'
import { type BotLog, LeaseGone, type TurnHooks, type TurnServer, Unanswered } from './port.js'
import { Renewal } from './renewal.js'
import { type Outcome, Standing } from './standing.js'
import { TurnSurroundings } from './turn-surroundings.js'
import { type Item, itemOf, Waiting } from './waiting.js'

/** What every turn of a bot is made with. */
export interface TurnParts {
  bot: Bot
  engine: Engine
  server: TurnServer
  clock: Clock
  newId(): string
  /** Shows to a conversation at once that the bot is writing. */
  typing(conversation: string): void
  hooks: TurnHooks
  log: BotLog
}

/** Why a turn ends before it is done: its lease is not its own any more, or something went wrong. */
type Over = { why: 'lease gone' } | { why: 'failed'; error: unknown }

/**
 * What a bot does under one lease: it handles one thing after another, each with a commit of its own, until nothing
 * waits; a bot that takes bursts handles all that waits with one commit. While a promise runs, what is pushed and can be taken at once is handled together with what started it, so that
 * a "cancel" reaches a bot that is busy.
 */
export class Turn {
  readonly #parts: TurnParts
  readonly #lease: Lease
  readonly #conversation: string
  readonly #over = deferred<Over>()
  readonly #renewal: Renewal
  readonly #waiting = new Waiting()
  readonly #checkpoints: Checkpoints
  readonly #meanings: Meanings
  #standing: Standing | undefined
  #revision: number
  #attempt: number
  #handling: Item | undefined
  #leaving = false
  #isOver = false

  constructor(parts: TurnParts, conversation: string, lease: Lease) {
    this.#parts = parts
    this.#conversation = conversation
    this.#lease = lease
    this.#revision = lease.revision
    this.#attempt = lease.attempt
    this.#waiting.add(lease.events, lease.timers)
    this.#checkpoints = new Checkpoints(parts.clock, parts.bot.checkpointAfterMs, () => this.#checkpoint())
    const { bot, clock, log } = parts
    const now = () => this.#standing?.around.now() ?? clock.now()
    this.#meanings = new Meanings({ bot, clock, log, conversation, now, learned: () => this.#tryToInterrupt() })
    this.#renewal = new Renewal(parts.clock, lease.durationMs, () => this.#renew())
  }

  get fence(): string {
    return this.#lease.fence
  }

  /** Works until nothing waits or the lease is gone. Resolves with what may stay in memory; never rejects. */
  async run(takeHot: (commitId: string | null) => HotRun | undefined): Promise<HotRun | undefined> {
    this.#renewal.start()
    try {
      await this.#reach('turn.leased')
      return await this.#work(takeHot(this.#lease.commitId))
    } catch (error) {
      this.#standing?.discard()
      await giveUp(error, this.#handling, { conversation: this.#conversation, fence: this.#lease.fence }, this.#parts)
      return undefined
    } finally {
      this.#meanings.close()
      this.#renewal.stop()
      this.#checkpoints.stop()
    }
  }

  /** More waits. A machine that rests gets it after the next commit, whose answer lists it again. */
  push({ events, timers }: Push): void {
    this.#waiting.add(events, timers)
    this.#tryToInterrupt()
  }

  #tryToInterrupt(): void {
    try {
      this.#interrupt()
    } catch (error) {
      this.#end({ why: 'failed', error })
    }
  }

  /** Ends the turn with its next commit, whatever waits. */
  leave(): void {
    this.#leaving = true
  }

  /** Ends the turn now, as when its lease is somebody else's: what is not committed does not count. */
  abandon(): void {
    this.#end({ why: 'lease gone' })
  }

  #end(over: Over): void {
    this.#isOver = true
    this.#meanings.close()
    this.#over.resolve(over)
  }

  async #work(hot: HotRun | undefined): Promise<HotRun | undefined> {
    const { bot, engine, clock } = this.#parts
    const conversation = this.#conversation
    const typing = () => this.#parts.typing(conversation)
    const around = new TurnSurroundings({ conversation, clock, manner: bot, languages: bot.languages, typing })
    const standing = Standing.of(this.#lease, { bot, engine, meanings: this.#meanings, around, hot })
    this.#standing = standing
    for (;;) {
      await this.#handleNext(standing)
      const commit = this.#commitOf(standing.outcome())
      const answer = await this.#deliver(commit)
      standing.committed(commit.state, answer?.head)
      if (!answer?.more || this.#leaving) return standing.hot(commit.commitId)
      this.#goOn(standing, answer.revision, answer.more)
    }
  }

  /** Handles what waits first, or all that waits, until the machine rests. @throws LeaseGone, or what went wrong */
  async #handleNext(standing: Standing): Promise<void> {
    await this.#handleOne(standing)
    while (this.#takesBursts && this.#waiting.earliest) {
      standing.rest()
      await this.#handleOne(standing)
    }
  }

  /** What has failed before is taken one by one, so that it is known what it is. */
  get #takesBursts(): boolean {
    return this.#parts.bot.overlap !== 'queue' && this.#attempt === 1 && !this.#leaving
  }

  async #handleOne(standing: Standing): Promise<void> {
    const first = standing.working ? [] : this.#toUnderstandFirst
    for (const message of first)
      if (!this.#isUnderstood([message], standing)) await this.#understand([message], standing)
    const item = this.#next(standing)
    if (item) this.#handling = item
    if (item?.kind === 'message' && !this.#isUnderstood(item.burst, standing))
      await this.#understand(item.burst, standing)
    if (item) this.#handle(standing, item)
    this.#interrupt()
    await this.#unlessOver(this.#settle(standing))
  }

  /** What a burst is made of shows when each message is understood. */
  get #toUnderstandFirst(): readonly Envelope[] {
    return this.#takesBursts ? this.#waiting.messages : []
  }

  /** The earliest thing. A bot that goes on from a checkpoint is at work already, and comes to that later. */
  #next(standing: Standing): Item | undefined {
    if (standing.working) return undefined
    if (!this.#takesBursts) return this.#waiting.earliest
    // What was pushed while others were being understood is not understood yet, and comes next.
    const joins = (message: Envelope) =>
      this.#meanings.isKnown([message], standing.run) &&
      isPlainText(this.#meanings.of([message]), this.#parts.bot, standing.run)
    return this.#waiting.earliestBurst(joins)
  }

  /** Most are understood at once: nothing is waited for then, not even a microtask. */
  #isUnderstood(burst: readonly Envelope[], { run }: Standing): boolean {
    return this.#meanings.learn(burst, run) === undefined
  }

  async #understand(burst: readonly Envelope[], { run }: Standing): Promise<void> {
    await this.#unlessOver(this.#meanings.learn(burst, run) ?? Promise.resolve())
  }

  /** @throws LeaseGone, or what went wrong, as soon as the turn is over */
  async #unlessOver(work: Promise<void>): Promise<void> {
    const over = await Promise.race([work, this.#over.promise])
    if (over?.why === 'failed') throw over.error
    if (over) throw new LeaseGone('The lease was lost before the turn was done')
  }

  async #settle(standing: Standing): Promise<void> {
    try {
      await standing.settle(() => {
        this.#checkpoints.moved()
        this.#interrupt()
      })
    } finally {
      this.#checkpoints.stop()
    }
    await this.#checkpoints.idle()
  }

  #handle(standing: Standing, item: Item): void {
    this.#handling = item
    this.#waiting.handled(item)
    standing.handle(item)
    this.#checkpoints.moved()
  }

  /** Commits what has come of a machine that is still at work. What it said so far goes out, and is not said again. */
  async #checkpoint(): Promise<void> {
    try {
      const outcome = this.#standing?.working ? this.#unfinishedOutcome(this.#standing) : undefined
      if (!outcome) return
      const { revision, head } = await this.#send({ ...this.#commitOf(outcome), checkpoint: true })
      this.#revision = revision
      this.#standing?.saidUpTo(head)
      await this.#reach('turn.checkpointed')
    } catch (error) {
      this.#end({ why: 'failed', error })
    }
  }

  /** A promise whose input can't be stored is started again with its message: its turn has no checkpoint. */
  #unfinishedOutcome(standing: Standing): Outcome | undefined {
    try {
      return standing.outcome()
    } catch (error) {
      if (error instanceof NotPersistable) return undefined
      throw error
    }
  }

  /** Gives a busy machine what it can take at once, and what waited before that, so that nothing is passed over. */
  #interrupt(): void {
    const standing = this.#standing
    while (standing?.working && !this.#isOver) {
      const next = this.#interruption(standing)
      if (next.length === 0) return
      for (const item of next) this.#handle(standing, item)
    }
  }

  /**
   * A timer that is due; else the messages up to the first that the machine can take. One that is still to be understood
   * holds up those after it, and comes here again when it is.
   */
  #interruption(standing: Standing): readonly Item[] {
    const [timer] = this.#waiting.timers
    if (timer) return [{ kind: 'timer', timer }]
    const open = this.#waiting.messages.findIndex((message) => !this.#isUnderstood([message], standing))
    const messages = open < 0 ? this.#waiting.messages : this.#waiting.messages.slice(0, open)
    const wanted = messages.findIndex((message) => standing.wants(message))
    return messages.slice(0, wanted + 1).flatMap((message) => itemOf([message]) ?? [])
  }

  #goOn(standing: Standing, revision: number, { now, events, timers }: NonNullable<Committed['more']>): void {
    this.#revision = revision
    this.#attempt = 1
    this.#handling = undefined
    this.#waiting.goOn(events, timers)
    standing.goOn(now)
  }

  #commitOf(outcome: Outcome): CommitTurn {
    const { fence } = this.#lease
    const commitId = this.#parts.newId()
    return { conversation: this.#conversation, fence, commitId, revision: this.#revision, ...outcome }
  }

  /** Resolves with the server's answer, or with none where only the next lease can tell whether it was applied. */
  async #deliver(commit: CommitTurn): Promise<Committed | undefined> {
    await this.#reach('turn.commit')
    const answer = await Promise.race([this.#send(commit), this.#over.promise])
    if ('why' in answer) return undefined
    await this.#reach('turn.committed')
    return answer
  }

  /** An answer may get lost with its connection: the same commit again gets the same answer. */
  async #send(commit: CommitTurn): Promise<Committed> {
    for (;;) {
      try {
        return await this.#parts.server.commit(commit)
      } catch (error) {
        if (!(error instanceof Unanswered) || this.#isOver) throw error
      }
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#parts.server.renew({ conversation: this.#conversation, fence: this.#lease.fence })
    } catch (error) {
      if (error instanceof LeaseGone) this.abandon()
    }
  }

  async #reach(point: keyof TurnHooks): Promise<void> {
    await this.#parts.hooks[point]?.({ conversation: this.#conversation, revision: this.#revision })
  }
}
