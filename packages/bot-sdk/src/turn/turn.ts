import type { Committed, HandoffFailure, Lease, Push } from '@daakia/protocol'
import type { OpenHandoff } from '../composing/handoff.js'
import { EndlessSteps } from '../engine/errors.js'
import { Checkpoints } from './checkpoints.js'
import { Commits } from './commits.js'
import { Ending, type Over } from './ending.js'
import { giveUp } from './give-up.js'
import { Handling } from './handling.js'
import type { HotRun } from './hot-runs.js'
import { Layers } from './layers.js'
import { Meanings } from './meanings.js'
import type { OpenTurnOptions } from './open-turn.js'
import { LeaseGone } from './port.js'
import { Renewal } from './renewal.js'
import { originOf, Standing } from './standing.js'
import type { TurnParts } from './turn-parts.js'
import { TurnSurroundings } from './turn-surroundings.js'
import { Waiting } from './waiting.js'

/** A machine that hands over again whenever it is refused would do so for ever. */
const mostRefusals = 20

const onlyOnce: HandoffFailure = {
  code: 'busy',
  message: 'The machine hands the conversation over twice at the same time: do it one after the other',
}

/**
 * What a bot does under one lease: it handles one thing after another, each with a commit of its own, until nothing
 * waits; a bot that takes bursts handles all that waits with one commit. While a promise runs, what is pushed and can be
 * taken at once is handled together with what started it, so that a "cancel" reaches a bot that is busy.
 */
export class Turn {
  readonly #parts: TurnParts
  readonly #lease: Lease
  readonly #conversation: string
  readonly #ending = new Ending()
  readonly #renewal: Renewal
  readonly #waiting: Waiting
  readonly #checkpoints: Checkpoints
  readonly #layers: Layers
  readonly #meanings: Meanings
  readonly #handling: Handling
  readonly #commits: Commits
  #standing: Standing | undefined
  #attempt: number
  #leaving = false

  constructor(parts: TurnParts, conversation: string, lease: Lease) {
    this.#parts = parts
    this.#conversation = conversation
    this.#lease = lease
    this.#attempt = lease.attempt
    this.#waiting = new Waiting(lease.failed)
    this.#waiting.add(lease.events, lease.timers)
    this.#checkpoints = new Checkpoints(parts.clock, parts.bot.checkpointAfterMs, () => this.#checkpoint())
    const { bot, clock, log } = parts
    this.#layers = new Layers(parts.middleware ?? {}, log)
    const { entrance } = this.#layers
    const now = () => this.#standing?.around.now() ?? clock.now()
    const learned = () => this.#tryToInterrupt()
    this.#meanings = new Meanings({ bot, clock, log, conversation, now, entrance, learned })
    this.#renewal = new Renewal(parts.clock, lease.durationMs, () => this.#renew())
    this.#commits = new Commits({ parts, conversation, lease, layers: this.#layers, ending: this.#ending })
    this.#handling = new Handling({
      bot,
      waiting: this.#waiting,
      meanings: this.#meanings,
      layers: this.#layers,
      checkpoints: this.#checkpoints,
      ending: this.#ending,
      mayTakeBursts: () => this.#attempt === 1 && !this.#leaving,
    })
  }

  get fence(): string {
    return this.#lease.fence
  }

  /** Works until nothing waits or the lease is gone. Resolves with what may stay in memory; never rejects. */
  async run(takeHot: (commitId: string | null) => HotRun | undefined): Promise<HotRun | undefined> {
    this.#renewal.start()
    let hot: HotRun | undefined
    try {
      await this.#commits.reach('turn.leased')
      hot = takeHot(this.#lease.commitId)
      return await this.#work(hot)
    } catch (error) {
      if (this.#standing) this.#standing.discard()
      else hot?.run.close()
      const turn = { conversation: this.#conversation, fence: this.#lease.fence }
      await giveUp(error, this.#handling.item, turn, this.#parts)
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
      this.#layers.within(() => this.#handling.interrupt(this.#standing))
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
    this.#ending.end(over)
    this.#meanings.close()
  }

  async #work(hot: HotRun | undefined): Promise<HotRun | undefined> {
    const around = hot?.around ?? surroundingsOf(this.#conversation, this.#parts)
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
    const known = { conversation: this.#conversation, attempt: this.#attempt, revision: this.#commits.revision }
    return { bot: this.#parts.bot.id, ...known, run, trigger, now: () => around.now() }
  }

  /** Handles what waits first, and commits it. */
  async #step(around: TurnSurroundings, hot: HotRun | undefined) {
    this.#standing ??= this.#stand(around, hot)
    const standing = this.#standing
    await this.#handling.handleNext(standing)
    if (standing.handOvers.fresh.length > 0) await this.#handOver(standing)
    return { standing, ...(await this.#commits.commit(standing)) }
  }

  #stand(around: TurnSurroundings, hot: HotRun | undefined): Standing {
    const { bot, engine } = this.#parts
    const standing = Standing.of(this.#lease, { bot, engine, meanings: this.#meanings, around, hot })
    // A turn waits for the server's flush: what lives until then costs the garbage collector.
    this.#lease.state = undefined
    return standing
  }

  /** Lets the machine know, before anything is committed, where the conversation may not be handed over as it wants. */
  async #handOver(standing: Standing): Promise<void> {
    const { handOvers } = standing
    for (let tries = 0; tries < mostRefusals; tries++) {
      const [wanted, second] = handOvers.fresh
      const refused = second ? onlyOnce : wanted && (await this.#commits.refusalOf(handOvers, wanted))
      if (!refused) return
      handOvers.refuse((second ?? wanted) as OpenHandoff, refused)
      await this.#handling.settled(standing)
      standing.rest()
    }
    throw new EndlessSteps(mostRefusals)
  }

  async #checkpoint(): Promise<void> {
    try {
      if (this.#standing) await this.#commits.checkpoint(this.#standing)
    } catch (error) {
      this.#end({ why: 'failed', error })
    }
  }

  #goOn(standing: Standing, revision: number, { now, events, timers }: NonNullable<Committed['more']>): void {
    this.#commits.goOn(revision)
    this.#attempt = 1
    this.#handling.goOn()
    this.#waiting.goOn(events, timers)
    standing.goOn(now)
  }

  async #renew(): Promise<void> {
    try {
      await this.#parts.server.renew({ conversation: this.#conversation, fence: this.#lease.fence })
    } catch (error) {
      if (error instanceof LeaseGone) this.abandon()
    }
  }
}

/** They stay with a run that stays in memory, and must not hold on to its first turn. */
const surroundingsOf = (conversation: string, { bot, clock, typing }: TurnParts): TurnSurroundings =>
  new TurnSurroundings({
    conversation,
    clock,
    manner: bot,
    languages: bot.languages,
    typing: () => typing(conversation),
  })
