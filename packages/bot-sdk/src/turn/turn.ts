import type { CommitTurn, Committed, Envelope, Lease, Push } from '@daakia/protocol'
import { Checkpoints } from './checkpoints.js'
import { committed } from './committed.js'
import { deferred } from './deferred.js'
import { giveUp } from './give-up.js'
import { isPlainText } from './hearing.js'
import type { HotRun } from './hot-runs.js'
import { Layers } from './layers.js'
import { Meanings } from './meanings.js'
import type { OpenTurnOptions } from './open-turn.js'
import { LeaseGone, type TurnHooks } from './port.js'
import { Renewal } from './renewal.js'
import { originOf, Standing, type Worded } from './standing.js'
import type { TurnParts } from './turn-parts.js'
import { TurnSurroundings } from './turn-surroundings.js'
import { type Item, itemOf, Waiting } from './waiting.js'

/** Why a turn ends before it is done: its lease is not its own any more, or something went wrong. */
type Over = { why: 'lease gone' } | { why: 'failed'; error: unknown }

/**
 * What a bot does under one lease: it handles one thing after another, each with a commit of its own, until nothing
 * waits; a bot that takes bursts handles all that waits with one commit. While a promise runs, what is pushed and can be
 * taken at once is handled together with what started it, so that a "cancel" reaches a bot that is busy.
 */
export class Turn {
  readonly #parts: TurnParts
  readonly #lease: Lease
  readonly #conversation: string
  readonly #over = deferred<Over>()
  readonly #renewal: Renewal
  readonly #waiting = new Waiting()
  readonly #checkpoints: Checkpoints
  readonly #layers: Layers
  readonly #meanings: Meanings
  #standing: Standing | undefined
  #revision: number
  #attempt: number
  #handling: Item | undefined
  #leaving = false
  #reason: Over | undefined

  constructor(parts: TurnParts, conversation: string, lease: Lease) {
    this.#parts = parts
    this.#conversation = conversation
    this.#lease = lease
    this.#revision = lease.revision
    this.#attempt = lease.attempt
    this.#waiting.add(lease.events, lease.timers)
    this.#checkpoints = new Checkpoints(parts.clock, parts.bot.checkpointAfterMs, () => this.#checkpoint())
    const { bot, clock, log } = parts
    this.#layers = new Layers(parts.middleware ?? {}, log)
    const { entrance } = this.#layers
    const now = () => this.#standing?.around.now() ?? clock.now()
    const learned = () => this.#tryToInterrupt()
    this.#meanings = new Meanings({ bot, clock, log, conversation, now, entrance, learned })
    this.#renewal = new Renewal(parts.clock, lease.durationMs, () => this.#renew())
  }

  get fence(): string {
    return this.#lease.fence
  }

  /** Works until nothing waits or the lease is gone. Resolves with what may stay in memory; never rejects. */
  async run(takeHot: (commitId: string | null) => HotRun | undefined): Promise<HotRun | undefined> {
    this.#renewal.start()
    let hot: HotRun | undefined
    try {
      await this.#reach('turn.leased')
      hot = takeHot(this.#lease.commitId)
      return await this.#work(hot)
    } catch (error) {
      if (this.#standing) this.#standing.discard()
      else hot?.run.close()
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
      this.#layers.within(() => this.#interrupt())
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
    this.#reason ??= over
    this.#meanings.close()
    this.#over.resolve(over)
  }

  async #work(hot: HotRun | undefined): Promise<HotRun | undefined> {
    const { bot, clock } = this.#parts
    const conversation = this.#conversation
    const typing = () => this.#parts.typing(conversation)
    const around =
      hot?.around ?? new TurnSurroundings({ conversation, clock, manner: bot, languages: bot.languages, typing })
    around.sync(this.#lease.now)
    for (;;) {
      const { standing, commit, answer } = await this.#layers.around(
        () => this.#opening(around, hot),
        () => this.#step(around, hot),
      )
      if (!answer?.more || this.#leaving) return standing.hot(commit.commitId)
      this.#goOn(standing, answer.revision, answer.more)
    }
  }

  /** What is known before anything is handled. */
  #opening(around: TurnSurroundings, hot: HotRun | undefined): OpenTurnOptions {
    const run = this.#standing?.origin ?? originOf(this.#lease, hot)
    const trigger = this.#lease.unfinished && !this.#standing ? undefined : this.#waiting.earliest
    const known = { conversation: this.#conversation, attempt: this.#attempt, revision: this.#revision }
    return { bot: this.#parts.bot.id, ...known, run, trigger, now: () => around.now() }
  }

  /** Handles what waits first, and commits it. */
  async #step(around: TurnSurroundings, hot: HotRun | undefined) {
    const { bot, engine } = this.#parts
    this.#standing ??= Standing.of(this.#lease, { bot, engine, meanings: this.#meanings, around, hot })
    const standing = this.#standing
    await this.#handleNext(standing)
    const outcome = standing.outcome()
    const said = this.#layers.speak ? await this.#unlessOver(this.#layers.outgoing(outcome.said)) : outcome.said
    const commit = this.#commitOf(standing.worded(outcome, said))
    const answer = await this.#deliver(commit)
    this.#layers.committed(answer, said)
    standing.committed(commit.state, answer?.head)
    return { standing, commit, answer }
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
    const joins = (message: Envelope) => {
      const meaning = this.#meanings.isKnown([message], standing.run) && this.#meanings.of([message])
      return meaning ? isPlainText(meaning, this.#parts.bot, standing.run) : false
    }
    return this.#waiting.earliestBurst(joins)
  }

  /** Most are understood at once: nothing is waited for then, not even a microtask. */
  #isUnderstood(burst: readonly Envelope[], { run }: Standing): boolean {
    return this.#meanings.learn(burst, run) === undefined
  }

  async #understand(burst: readonly Envelope[], { run }: Standing): Promise<void> {
    for (let known = this.#meanings.learn(burst, run); known; known = this.#meanings.learn(burst, run))
      await this.#unlessOver(known)
  }

  /** @throws LeaseGone, or what went wrong, as soon as the turn is over */
  async #unlessOver<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.#over.promise])
    if (this.#reason === undefined || result !== this.#reason) return result as T
    if (this.#reason.why === 'failed') throw this.#reason.error
    throw new LeaseGone('The lease was lost before the turn was done')
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
    this.#layers.handled(
      item.kind === 'timer' ? standing.fire(item.timer) : standing.hear(item, this.#layers.repliesTo(item.burst)),
    )
    this.#checkpoints.moved()
  }

  /** Commits what has come of a machine that is still at work. What it said so far goes out, and is not said again. */
  async #checkpoint(): Promise<void> {
    try {
      const standing = this.#standing
      const outcome = standing?.unfinished()
      if (!standing || !outcome) return
      const said = await this.#layers.outgoing(outcome.said)
      const answer = await this.#send({ ...this.#commitOf(standing.worded(outcome, said)), checkpoint: true })
      this.#layers.committed(answer, said)
      this.#revision = answer.revision
      standing.saidUpTo(answer.head)
      await this.#reach('turn.checkpointed')
    } catch (error) {
      this.#end({ why: 'failed', error })
    }
  }

  /** Gives a busy machine what it can take at once, and what waited before that, so that nothing is passed over. */
  #interrupt(): void {
    const standing = this.#standing
    while (standing?.working && !this.#reason) {
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

  #commitOf(outcome: Worded): CommitTurn {
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

  #send(commit: CommitTurn): Promise<Committed> {
    return this.#layers.commit(() => committed(commit, this.#parts.server, () => this.#reason !== undefined))
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
