import type { Setbacks } from '../../kv/port.js'
import { isAway } from '../../not-now.js'
import type { SessionRecord, Sessions } from './port.js'
import { sessionKey } from './tables.js'

export interface Patience {
  /** Resolves when the store may be there again. */
  back(): Promise<void>
  /** From then on nothing waits: what the store does not take now fails. */
  closing: AbortSignal
  /** Where what is stored may go back: what a session was sent of its inbox before is not of what is there then. */
  setbacks?: Setbacks | undefined
}

/** What a session was to be saved as, and how often something stored had gone back by then. */
interface Made {
  record: SessionRecord
  setbacks: number
}

/**
 * Sessions whose connections stay while the store is away: what their own queues have to do is done when it is back. Messages for
 * them are not taken meanwhile: it is their publishers who wait.
 */
export const patientSessions = (sessions: Sessions, { back, closing, setbacks }: Patience): Sessions => {
  let setbackCount = 0
  const stop = setbacks?.listen({ wentBack: () => void setbackCount++ })
  closing.addEventListener('abort', () => stop?.(), { once: true })
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
  const saving = new Map<string, { newest: Made; count: number }>()
  const asOfNow = ({ record, setbacks: before }: Made) => (before === setbackCount ? record : withoutSent(record))
  const save: Sessions['save'] = async (record, isStill) => {
    const key = sessionKey(record.name).join('\0')
    const made = { record, setbacks: setbackCount }
    if (isStill) {
      const saved = await patiently(() => sessions.save(asOfNow(made), isStill))
      if (saved) Object.assign(saving.get(key) ?? {}, { newest: made })
      return saved
    }
    const known = saving.get(key) ?? { newest: made, count: 0 }
    saving.set(key, Object.assign(known, { newest: made, count: known.count + 1 }))
    const current = () => asOfNow(known.newest.record.fence === record.fence ? known.newest : made)
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

/** As after a server that died: nobody knows what it was sent. */
const withoutSent = ({ sent: _, ...record }: SessionRecord): SessionRecord => record
