import type { AnyEventObject, AnyStateMachine } from 'xstate'
import { xstateEngine } from '../../src/engine/engine.js'
import type { Run } from '../../src/engine/port.js'
import { Languages } from '../../src/languages/languages.js'
import { heard, startedBy } from './heard.js'
import { ManualClock } from './manual-clock.js'

/** One run on an engine, with a clock that stands still: what the turn layer does, without turns. */
export class Scene {
  readonly clock = new ManualClock()
  readonly #machine: AnyStateMachine
  #run: Run | undefined
  #seq = 0

  constructor(machine: AnyStateMachine) {
    this.#machine = machine
  }

  get run(): Run {
    if (!this.#run) throw new Error('the run has not been started')
    return this.#run
  }

  get around() {
    return {
      conversation: 'ana~bot',
      typing: () => {},
      languageOf: (locale: string) => new Languages().of(locale),
      manner: { locale: 'en', timeZone: 'UTC' },
      now: () => this.clock.now(),
      namedUntil: this.clock.now(),
      after: (delayMs: number, run: () => void) => this.clock.after(delayMs, run),
    }
  }

  start(text = 'hi'): void {
    this.#run = xstateEngine({ machine: this.#machine, version: 1 }).start(startedBy(text, ++this.#seq), this.around)
  }

  async hears(text: string): Promise<boolean> {
    return this.gets(heard(text, ++this.#seq))
  }

  async gets(event: AnyEventObject): Promise<boolean> {
    const taken = this.run.send(event, { key: String(this.#seq) })
    await this.run.settle()
    return taken
  }

  said(): string[] {
    return this.run.takeEffects().map((event) => String(event.text ?? event.body.text))
  }

  /** Fires what falls due within `ms`, as the server would have it. */
  async wait(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    for (;;) {
      const next = this.run.timers[0]
      if (!next || next.due > end) break
      this.clock.advance(Math.max(0, next.due - this.clock.now()))
      this.run.fire(next.id)
      await this.run.settle()
    }
    this.clock.advance(end - this.clock.now())
  }

  /** Stops the process, so to speak, and goes on from what was stored. */
  restart(machine = this.#machine, version = 1): void {
    const stored = JSON.parse(JSON.stringify(this.run.persist().state))
    this.run.close()
    this.#run = xstateEngine({ machine, version }).restore(stored, this.around)
  }
}
