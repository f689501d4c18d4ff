import type { CommitTurn } from '@daakia/protocol'
import type { StoredTimer } from '../engine/port.js'

/**
 * What has become of a run's timers in a turn.
 *
 * @param fired ids of those that the server named as due: consumed, whether the run still had them or not
 * @param now what delays count from: the server's clock, milliseconds since the Unix epoch
 */
export function timerChanges(
  before: readonly StoredTimer[],
  after: readonly StoredTimer[],
  fired: ReadonlySet<string>,
  now: number,
): CommitTurn['timers'] {
  const dues = new Map(before.map(({ id, due }) => [id, due]))
  const kept = new Set(after.map(({ id }) => id))
  const changed = after.filter(({ id, due }) => fired.has(id) || dues.get(id) !== due)
  return {
    set: changed.map(({ id, due }) => ({ id, delayMs: Math.max(0, due - now) })),
    cancel: [...new Set([...dues.keys(), ...fired])].filter((id) => !kept.has(id)),
  }
}
