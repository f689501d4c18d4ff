import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds } from '../proc.js'

/** What a server took of its core, and the load of its own. */
export interface Cost {
  /** Microseconds of the server's processor time for each event. */
  cpuMicros: number
  /** Share of a core that the server had: well under 1 means that something else set the pace. */
  serverBusy: number
  loadBusy: number
}

export interface Rate {
  /** Events per second. */
  value: number
  cost: Cost | undefined
}

export interface Span {
  seconds: number
  warmUpSeconds: number
}

interface Mark {
  count: number
  server: number | undefined
  load: number
  ms: number
}

/** Reads a counter and the processor time of process `pid` before and after. */
export const rateOf = async (pid: number, count: () => number, { seconds, warmUpSeconds }: Span): Promise<Rate> => {
  const mark = (): Mark => ({ count: count(), server: cpuSeconds(pid), load: ownSeconds(), ms: performance.now() })
  await sleep(warmUpSeconds * 1000)
  const from = mark()
  await sleep(seconds * 1000)
  return between(from, mark())
}

const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const between = (from: Mark, to: Mark): Rate => {
  const seconds = (to.ms - from.ms) / 1000
  const events = to.count - from.count
  const value = events / seconds
  if (from.server === undefined || to.server === undefined) return { value, cost: undefined }
  const cpu = to.server - from.server
  return {
    value,
    cost: { cpuMicros: (cpu * 1e6) / events, serverBusy: cpu / seconds, loadBusy: (to.load - from.load) / seconds },
  }
}
