import type { Clock, Random } from '@daakia/protocol'
import { type RetryTerms, retryDelayMs } from '../../backend/turns/index.js'
import type { Refused } from '../../broker/exchange/port.js'
import type { FailedTry } from '../../persistence/port.js'
import type { Handled, QueuedPlace, QueueFailure } from './port.js'

export interface FailuresParts {
  clock: Clock
  random: Random
  retries: RetryTerms
}

/** Messages that failed, until they succeed or are given up. */
export class Failures {
  readonly #failures = new Map<string, QueueFailure>()

  constructor(
    known: readonly (QueuedPlace & QueueFailure)[],
    private readonly parts: FailuresParts,
  ) {
    for (const { conversation, seq, ...failure } of known) this.#failures.set(keyOf(conversation, seq), failure)
  }

  tries(conversation: string, message: Handled): readonly FailedTry[] {
    return this.#of(conversation, message)?.tries ?? []
  }

  /** How long it is still to wait. */
  waitMs(conversation: string, message: Handled): number {
    return (this.#of(conversation, message)?.due ?? 0) - this.parts.clock.now()
  }

  /** Waits after these tries, longer each time; `atOnce`: not at all. */
  keep(
    conversation: string,
    { seq, line }: Handled,
    tries: readonly FailedTry[],
    { atOnce }: { atOnce: boolean },
  ): QueueFailure {
    const { clock, random, retries } = this.parts
    const due = clock.now() + (atOnce ? 0 : retryDelayMs(tries.length, retries, random))
    const failure = { tries, due, ...(line !== undefined && { line }) }
    this.#failures.set(keyOf(conversation, seq), failure)
    return failure
  }

  /** Whether there was something to forget. */
  forget(conversation: string, seq: number): boolean {
    return this.#failures.delete(keyOf(conversation, seq))
  }

  /** Not those of a message that is lost, and had its number. */
  #of(conversation: string, { seq, line = 0 }: Handled): QueueFailure | undefined {
    const found = this.#failures.get(keyOf(conversation, seq))
    return found && (found.line ?? 0) === line ? found : undefined
  }
}

const keyOf = (conversation: string, seq: number): string => `${conversation}/${seq}`

/** Why a connection did not take a message, in its own words where it has any. */
export const causeOf = ({ reasonCode, reason }: Refused): string =>
  reason || `it was refused with reason code 0x${reasonCode.toString(16)}`
