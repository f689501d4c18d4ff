/** A scheduled call that can be taken back. */
export interface Alarm {
  /** Takes the call back. Does nothing when it has already run. */
  cancel(): void
}

/**
 * Where time comes from. Everything that waits takes a clock, so that tests own time.
 * All times are milliseconds since the Unix epoch, all delays milliseconds.
 */
export interface Clock {
  now(): number
  /** Calls `run` once, `delayMs` from now. Delays of any length are kept exactly (Node's own limit of 2^31 ms does not apply). */
  after(delayMs: number, run: () => void, purpose?: AlarmPurpose): Alarm
}

/**
 * What a delay is for, where a clock that tests move makes a difference of it. `upkeep`: housekeeping that nobody waits for,
 * of which it does not tell as something that is due. `reconnect`: who lost a connection waits before it tries again, which
 * spares the server and says nothing else, so that no time has to pass for it. `keep-alive`: an end of a connection looks
 * whether the other one is still there, which it is but where a test takes it away.
 */
export type AlarmPurpose = 'upkeep' | 'reconnect' | 'keep-alive'

const longestTimeoutMs = 2 ** 31 - 1

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const due = Date.now() + delayMs
    let timeout: ReturnType<typeof setTimeout>
    const arm = () => {
      const leftMs = due - Date.now()
      timeout = leftMs > longestTimeoutMs ? setTimeout(arm, longestTimeoutMs) : setTimeout(run, Math.max(0, leftMs))
    }
    arm()
    return { cancel: () => clearTimeout(timeout) }
  },
}

/** Where randomness comes from: a number in [0, 1), as `Math.random` gives. */
export type Random = () => number
