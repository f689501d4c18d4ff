import type { AnyStateMachine } from 'xstate'
import type { Walk } from '../machine/walk.js'
import type { Collected, Described } from './collected.js'

/** A bot, as far as it is collected. */
export interface Walked {
  id: string
  machine: AnyStateMachine
  /** What there is of it. */
  describe(): Described
}

/** Gathers what the harnesses of a test file reach. */
export class Collector {
  readonly #open = new Map<Walk, Walked>()
  /** What is over, by machine. */
  readonly #over = new Map<AnyStateMachine, { bot: Walked; counts: Map<string, number> }>()

  /** A harness begins. */
  begin(bot: Walked, walk: Walk): void {
    this.#open.set(walk, bot)
  }

  /** It is over. */
  end(walk: Walk): void {
    const bot = this.#open.get(walk)
    if (!bot) return
    this.#open.delete(walk)
    const { counts } = this.#over.get(bot.machine) ?? { counts: new Map<string, number>() }
    for (const [id, count] of walk.counts) counts.set(id, (counts.get(id) ?? 0) + count)
    this.#over.set(bot.machine, { bot, counts })
  }

  /** All of it, those that never end included. From now on it is empty. */
  take(): Collected[] {
    for (const walk of this.#open.keys()) this.end(walk)
    const collected = [...this.#over.values()].map(({ bot, counts }) => ({
      bot: bot.id,
      ...bot.describe(),
      counts: Object.fromEntries(counts),
    }))
    this.#over.clear()
    return collected
  }
}

/**
 * Where harnesses find the collector of their process: what sets it up may be another copy of this package than what the
 * tests import.
 */
const key = Symbol.for('daakia.coverage')
type Holder = { [key]?: Collector }

export const installCollector = (collector: Collector): void => {
  ;(globalThis as Holder)[key] = collector
}

/** `undefined` where nobody collects. */
export const installedCollector = (): Collector | undefined => (globalThis as Holder)[key]
