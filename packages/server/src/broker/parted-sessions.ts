import type { Alarm, Clock } from '@daakia/protocol'
import type { Will } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import { keyOf } from './key-of.js'
import type { Session } from './session/session.js'

/** A session that has no connection, and what will become of it. */
export interface Parted {
  session: Session
  since: number
  /** When its will is to be said, and which; only its record knows it where another node has parted it. */
  waiting: { due: number; will?: Will } | undefined
  /** The disk has it in an older form, as one that is connected. */
  unsaved: boolean
  alarms: Alarm[]
}

export interface PartedSessionsOptions {
  clock: Clock
  /** The time of a session is over. */
  expired(parted: Parted): void
  willIsDue(parted: Parted): void
}

export const forEver = 0xffffffff
/** One node sees to a session; where that does not happen, all others try it so much later. */
export const insteadAfterMs = 5_000

/** The sessions that have no connection, and when something becomes of them. */
export class PartedSessions {
  readonly #all = new Map<string, Parted>()

  constructor(private readonly options: PartedSessionsOptions) {}

  get(name: SessionName): Parted | undefined {
    return this.#all.get(keyOf(name))
  }

  has(parted: Parted): boolean {
    return this.get(parted.session.name) === parted
  }

  /** @param notBefore nothing becomes of it earlier, though it may be due */
  keep({ session, since, waiting, unsaved }: Omit<Parted, 'alarms'>, notBefore = 0): Parted {
    const { clock, expired, willIsDue } = this.options
    const parted: Parted = { session, since, waiting, unsaved, alarms: [] }
    this.#all.set(keyOf(session.name), parted)
    const ends = since + session.expiryInterval * 1000
    const at = (due: number, run: () => void) => {
      const waitMs = Math.max(due, notBefore) - clock.now()
      if (waitMs > 0) parted.alarms.push(clock.after(waitMs, run))
      else queueMicrotask(() => this.has(parted) && run())
    }
    if (session.expiryInterval < forEver) at(ends, () => expired(parted))
    if (waiting && waiting.due < ends) at(waiting.due, () => willIsDue(parted))
    return parted
  }

  /** Does something more with it later, unless it has been forgotten by then. */
  later(parted: Parted, delayMs: number, run: () => void): void {
    parted.alarms.push(this.options.clock.after(delayMs, run))
  }

  forget(parted: Parted): void {
    for (const alarm of parted.alarms) alarm.cancel()
    if (this.has(parted)) this.#all.delete(keyOf(parted.session.name))
  }

  clear(): void {
    for (const { alarms } of this.#all.values()) for (const alarm of alarms) alarm.cancel()
    this.#all.clear()
  }
}
