import type { RefusedEvent, Step, Watch } from '@daakia/bot-sdk/internal'
import type { LastSeen } from '../search/places.js'

/** Somebody who counts what machines do. */
export type Hearing = Pick<Watch, 'began' | 'stepped' | 'asked' | 'answered'>

/** What the machines of a bot did in a turn. */
export interface Recorded {
  steps: readonly Step[]
  /** Where machines were, the last place last. */
  seen: readonly LastSeen[]
  refused: readonly RefusedEvent[]
}

/** Notes what the machines of a bot do, and tells who else wants to hear of it. */
export class Recorder implements Watch {
  #hearing: Hearing | undefined
  #steps: Step[] = []
  #seen: LastSeen[] = []
  #refused: RefusedEvent[] = []

  tell(hearing: Hearing): void {
    this.#hearing = hearing
  }

  /** From here on it notes anew. */
  begin(): void {
    this.#steps = []
    this.#seen = []
    this.#refused = []
  }

  get recorded(): Recorded {
    return { steps: this.#steps, seen: this.#seen, refused: this.#refused }
  }

  began(...told: Parameters<Watch['began']>): void {
    const [logic, active] = told
    this.#hearing?.began(...told)
    this.#seen.push({ logic, active })
  }

  stepped(conversation: string, step: Step): void {
    this.#hearing?.stepped(conversation, step)
    this.#steps.push(step)
    if (!step.isQuestion) this.#seen.push(step)
  }

  asked(...told: Parameters<Watch['asked']>): void {
    this.#hearing?.asked(...told)
  }

  answered(...told: Parameters<Watch['answered']>): void {
    this.#hearing?.answered(...told)
  }

  refused(_: string, refused: RefusedEvent): void {
    this.#refused.push(refused)
  }

  committed(): void {}
  failed(): void {}
  parked(): void {}
}
