import { isAway } from '../../not-now.js'
import type { Sessions } from './port.js'

export interface Patience {
  /** Resolves when the store may be there again. */
  back(): Promise<void>
  /** From then on nothing waits: what the store does not take now fails. */
  closing: AbortSignal
}

/**
 * Sessions whose connections stay while the store is away: what their own queues have to do is done when it is back. Messages for
 * them are not taken meanwhile: it is their publishers who wait.
 */
export const patientSessions = (sessions: Sessions, { back, closing }: Patience): Sessions => {
  const closed = new Promise<void>((resolve) => closing.addEventListener('abort', () => resolve(), { once: true }))
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isAway(error) || closing.aborted) throw error
        await Promise.race([back(), closed])
      }
    }
  }
  return {
    all: () => patiently(() => sessions.all()),
    find: (...asked) => patiently(() => sessions.find(...asked)),
    begin: (...asked) => patiently(() => sessions.begin(...asked)),
    save: (...asked) => patiently(() => sessions.save(...asked)),
    remove: (...asked) => patiently(() => sessions.remove(...asked)),
    waiting: (...asked) => sessions.waiting(...asked),
    enqueue: (...asked) => sessions.enqueue(...asked),
    queued: (...asked) => patiently(() => sessions.queued(...asked)),
    progress: (...asked) => patiently(() => sessions.progress(...asked)),
    move: (...asked) => patiently(() => sessions.move(...asked)),
  }
}
