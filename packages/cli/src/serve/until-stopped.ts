import type { Io, Status, StopSignal } from '../io.js'

const numbers = { SIGINT: 2, SIGTERM: 15 } as const

/**
 * Resolves when the process was asked to stop and `leave` is through: with 0, or with 128 and the signal's number
 * where it was asked twice. A terminal that was closed asks to stop as well.
 */
export const untilStopped = (leave: () => Promise<void>, io: Io): Promise<Status> =>
  new Promise((resolve, reject) => {
    let stopping = false
    const stop = (signal: StopSignal) => {
      if (stopping) return resolve(128 + numbers[signal])
      stopping = true
      leave()
        .then(() => resolve(0), reject)
        .finally(takeAway)
    }
    const takeAway = io.onSignal(stop)
    // Without a listener the failed write would end the process at once.
    io.errors.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EIO' && !stopping) stop('SIGTERM')
    })
  })
