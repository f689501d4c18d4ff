/**
 * Calls `send` with 0, 1, 2 … at fixed times, however long the server takes: an open loop, which does not wait for a
 * slow server and so does not hide how slow it was. Resolves when all are sent.
 */
export const onSchedule = (options: {
  perSecond: number
  count: number
  send(index: number): void
  /** Stops it. */
  stopped(): boolean
  /** Leaves the core to others in between, and so sends up to a millisecond late. */
  rests?: boolean
}): { startedMs: number; sent: Promise<void> } => {
  const { perSecond, count, send, stopped, rests = false } = options
  const startedMs = performance.now()
  let next = 0
  const sent = new Promise<void>((resolve) => {
    const turn = () => {
      const due = Math.min(count, Math.floor(((performance.now() - startedMs) * perSecond) / 1000) + 1)
      while (next < due) send(next++)
      if (next === count || stopped()) resolve()
      else if (rests) setTimeout(turn, 1)
      else setImmediate(turn)
    }
    setImmediate(turn)
  })
  return { startedMs, sent }
}
