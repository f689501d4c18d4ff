import type { Clock } from '@daakia/protocol'
import type { Occupation } from './port.js'

export interface SendAwayTerms {
  /** Over so long all of them are told. Few are told sooner: a hundred a second. Milliseconds. */
  spreadMs: number
  /** Who is busy has so long to become free. Milliseconds. */
  patienceMs: number
}

/** One of those who are to go. */
export interface Departing {
  readonly closed: boolean
  readonly occupation: Occupation | undefined
}

export interface SendAwayOptions<T> extends SendAwayTerms {
  clock: Clock
  /** Tells it to go. */
  dismiss(departing: T): void
}

const stepMs = 50
/** At least so many are told in a step. */
const leastAtOnce = 5

/**
 * Has all of them told to go, a few at a time, so that they do not all come to another server at once. Those that take work go
 * first, for they get none here any more; who is busy goes when it is free.
 */
export const sendAway = async <T extends Departing>(
  all: Iterable<T>,
  { spreadMs, patienceMs, clock, dismiss }: SendAwayOptions<T>,
  until: Promise<void>,
): Promise<void> => {
  let isOver = false
  void until.then(() => {
    isOver = true
  })
  let waiting = inOrder(all)
  const share = Math.max(leastAtOnce, Math.ceil((waiting.length * stepMs) / Math.max(stepMs, spreadMs)))
  const patientUntil = clock.now() + patienceMs
  while (waiting.length > 0 && !isOver) {
    const isPatient = clock.now() < patientUntil
    const rest: T[] = []
    let told = 0
    for (const one of waiting) {
      if (one.closed) continue
      if (told >= share || (isPatient && one.occupation === 'busy')) rest.push(one)
      else {
        dismiss(one)
        told++
      }
    }
    waiting = rest
    if (waiting.length > 0) await Promise.race([until, pause(clock)])
  }
}

const inOrder = <T extends Departing>(all: Iterable<T>): T[] => {
  const [serving, others]: [T[], T[]] = [[], []]
  for (const one of all) (one.occupation === undefined ? others : serving).push(one)
  return [...serving, ...others]
}

const pause = (clock: Clock): Promise<void> => new Promise((resolve) => clock.after(stepMs, resolve))
