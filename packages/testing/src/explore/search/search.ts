import type { StateValue } from 'xstate'
import { textOf } from '../../failure/text-of.js'
import { Restless } from '../../scene/rest.js'
import { formatMs } from '../../time/duration.js'
import type { BotModel } from '../model/bot-model.js'
import { type OutcomesByActor, otherWays, Script } from '../model/outcomes.js'
import { Impossible, Rehearsal } from '../model/rehearsal.js'
import { beginning } from '../model/situation.js'
import type { Limit } from '../options.js'
import { Frontier } from './frontier.js'
import type { Goals } from './goals.js'
import { type Key, keyOf } from './key.js'
import { type Move, make, movesIn } from './moves.js'
import { placesOf } from './places.js'
import { Tally } from './tally.js'
import type { Trace } from './trace.js'
import { startWorkTime } from './work-time.js'

export interface SearchOptions {
  model: BotModel
  outcomes: OutcomesByActor
  moves: readonly Move[]
  goals: Goals
  limit: Required<Limit>
  key?: Key | undefined
  startsAt: number
}

/** Why the search went no further. */
export type End = 'all is reached' | 'nothing new' | keyof Limit

/** What a search has found. */
export interface Found {
  /** The first way to each thing that was to be reached, by its id. */
  ways: ReadonlyMap<string, Trace>
  /** Ways on which the bot could not handle something, each for another reason. */
  failures: readonly Trace[]
  /** What became of each event. */
  tally: Tally
  end: End
}

/** Looks for ways through a conversation until all is reached, nothing is new, or a limit is. */
export class Search {
  readonly #options: SearchOptions
  readonly #frontier = new Frontier()
  readonly #known = new Set<string>()
  readonly #ways = new Map<string, Trace>()
  readonly #failures = new Map<string, Trace>()
  readonly #tally = new Tally()
  #isCut = false

  constructor(options: SearchOptions) {
    this.#options = options
  }

  async run(): Promise<Found> {
    this.#meet({
      depth: 0,
      situation: beginning(this.#options.startsAt, this.#options.model.between.quietMs),
      lastTaken: new Map(),
    })
    const end = await this.#search()
    return { ways: this.#ways, failures: [...this.#failures.values()], tally: this.#tally, end }
  }

  async #search(): Promise<End> {
    const { limit, goals, moves } = this.#options
    const seconds = startWorkTime()
    const next = () => this.#frontier.take(goals.statesToLeave(this.#ways))
    for (let trace = next(); trace; trace = next()) {
      for (const move of movesIn(trace.situation, moves)) {
        for (const found of await this.#allWays(trace, move)) this.#meet(found)
        if (goals.targets.every(({ id }) => this.#ways.has(id))) return 'all is reached'
        if (seconds() > limit.seconds) return 'seconds'
      }
      if (this.#known.size >= limit.situations) return 'situations'
    }
    return this.#isCut ? 'depth' : 'nothing new'
  }

  /** What comes of it, for each way in which work outside may end. */
  async #allWays(before: Trace, move: Move): Promise<readonly Trace[]> {
    const { model, outcomes } = this.#options
    const found: Trace[] = []
    const scripts: (readonly number[])[] = [[]]
    for (let written = scripts.shift(); written; written = scripts.shift()) {
      const script = new Script(outcomes, written, before.situation.running)
      const next = await this.#try(before, move, new Rehearsal(model, before.situation, script), script)
      if (next) found.push(next)
      scripts.push(...otherWays(script.choices, written))
    }
    return found
  }

  async #try(before: Trace, move: Move, rehearsal: Rehearsal, script: Script): Promise<Trace | undefined> {
    const { goals, model } = this.#options
    goals.begin(before.lastTaken)
    let waitedMs: number | undefined
    try {
      waitedMs = await make(move, rehearsal)
    } catch (error) {
      if (error instanceof Restless) rehearsal.failure = `it does not come to rest: ${error.message}`
      else if (!(error instanceof Impossible)) throw error
      else if (move.kind === 'event') return this.#tally.impossible(move.type)
    }
    const { situation, steps, seen, refused, said, acts, hangs, failure, quietMs } = rehearsal
    if (move.kind === 'event') this.#tally.happened(move.type, steps, refused)
    return {
      ...{ before, depth: before.depth + 1, situation, lastTaken: goals.last },
      happened: {
        ...{ move, choices: script.choices, hangs, quietMs, reached: goals.end() },
        act: waitedMs === undefined ? acts.join(', ') : `waits ${formatMs(waitedMs)}`,
        ...(waitedMs !== undefined && { waitedMs }),
        moved: steps.length > 0,
        places: placesOf(model.bot.machine, situation.state, seen),
        said: said.map(textOf),
        value: (situation.public.value ?? undefined) as StateValue | undefined,
        ...(failure !== undefined && { failure }),
      },
    }
  }

  #meet(trace: Trace): void {
    const { happened, situation, depth } = trace
    const { goals } = this.#options
    if (happened?.failure !== undefined) {
      if (!this.#failures.has(happened.failure)) this.#failures.set(happened.failure, trace)
      return
    }
    for (const id of happened?.reached ?? []) if (!this.#ways.has(id)) this.#ways.set(id, trace)
    // Who waits for what never ends, and was not heard, has changed nothing.
    if (happened?.hangs && !happened.moved) return
    const key = keyOf(situation, this.#options.key) + goals.keyOf(trace.lastTaken)
    if (this.#known.has(key)) return
    this.#known.add(key)
    if (depth < this.#options.limit.depth) this.#frontier.add(trace)
    else this.#isCut = true
  }
}
