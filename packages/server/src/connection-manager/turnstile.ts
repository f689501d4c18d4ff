import type { Clock } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Counters } from '../counters.js'
import { Bucket } from '../limits/bucket.js'
import { countLimit } from '../limits/refuse.js'
import type { Refusal } from './authentication/authenticator.js'
import type { ConnectionLimits } from './limits.js'

export interface TurnstileOptions {
  limits: ConnectionLimits
  clock: Clock
  counters: Counters
}

/** Counts the connections of the server, and lets no more of them in than it may have, nor faster. */
export class Turnstile {
  #inside = 0
  readonly #pace: Bucket

  constructor(private readonly options: TurnstileOptions) {
    this.#pace = new Bucket(options.limits.connectsPerSecond, options.clock.now())
  }

  /** A CONNECT has come. Who is refused is counted as well, until `leave`. */
  enter(): Refusal | undefined {
    const { limits, clock, counters } = this.options
    const problem = ++this.#inside > limits.connections ? tooMany : this.#paceAt(limits.connectsPerSecond, clock.now())
    if (problem) countLimit(counters, 'server', problem.limit)
    return problem
  }

  leave(): void {
    this.#inside--
  }

  #paceAt(perSecond: number, now: number) {
    if (!this.#pace.ready(perSecond, now)) return tooFast
    this.#pace.take(1)
    return undefined
  }
}

const tooMany = {
  limit: 'connections',
  reasonCode: ReasonCode.ServerBusy,
  reason: 'Too many connections; try again later.',
}

const tooFast = {
  limit: 'connects',
  reasonCode: ReasonCode.ConnectionRateExceeded,
  reason: 'Too many clients connect at once; try again later.',
}
