import { isAway } from '../../not-now.js'
import type { SessionRecord, Sessions } from './port.js'
import { sessionKey } from './tables.js'

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
  /** By session: what it was to be saved as last, and how many are at it. An older one, tried again, would undo a newer one. */
  const saving = new Map<string, { newest: SessionRecord; count: number }>()
  const save: Sessions['save'] = async (record, isStill) => {
    const key = sessionKey(record.name).join('\0')
    if (isStill) {
      const saved = await patiently(() => sessions.save(record, isStill))
      if (saved) Object.assign(saving.get(key) ?? {}, { newest: record })
      return saved
    }
    const known = saving.get(key) ?? { newest: record, count: 0 }
    saving.set(key, Object.assign(known, { newest: record, count: known.count + 1 }))
    const current = () => (known.newest.fence === record.fence ? known.newest : record)
    try {
      return await patiently(() => sessions.save(current()))
    } finally {
      if (--known.count === 0) saving.delete(key)
    }
  }
  return {
    all: () => patiently(() => sessions.all()),
    find: (...asked) => patiently(() => sessions.find(...asked)),
    begin: (...asked) => patiently(() => sessions.begin(...asked)),
    save,
    remove: (...asked) => patiently(() => sessions.remove(...asked)),
    waiting: (...asked) => sessions.waiting(...asked),
    enqueue: (...asked) => sessions.enqueue(...asked),
    queued: (...asked) => patiently(() => sessions.queued(...asked)),
    progress: (...asked) => patiently(() => sessions.progress(...asked)),
    move: (...asked) => patiently(() => sessions.move(...asked)),
  }
}
