import type { Clock } from '@daakia/protocol'
import type { Route, RouteAnswer } from '../connection-manager/index.js'
import type { Departure } from '../draining/departure.js'
import { type SharedKeyValue, table } from '../kv/port.js'

/** [] */
export const probes = table<number>('probes')

/** As long an answer holds: who asks all the time costs no more writes than this. */
const answerLastsMs = 1_000

const ok: RouteAnswer = { status: 200, body: 'ok\n' }

/** The process runs, and its event loop turns. */
export const healthPage: Route = () => ok

const leaving: RouteAnswer = { status: 503, body: 'This node is going away: use another one\n' }

/** The server can do its work: its storage takes a write, and it is not about to leave. */
export const readyPage = (kv: SharedKeyValue, clock: Clock, departure: Pick<Departure, 'isUnderWay'>): Route => {
  let asked: { at: number; answer: Promise<RouteAnswer> } | undefined
  return () => {
    if (departure.isUnderWay) return leaving
    const now = clock.now()
    if (!asked || now - asked.at >= answerLastsMs) asked = { at: now, answer: probe(kv, now) }
    return asked.answer
  }
}

const probe = async (kv: SharedKeyValue, now: number): Promise<RouteAnswer> => {
  try {
    await kv.write((tx) => tx.put(probes, ['last'], now))
    return ok
  } catch (error) {
    return { status: 503, body: `${error instanceof Error ? error.message : String(error)}\n` }
  }
}
