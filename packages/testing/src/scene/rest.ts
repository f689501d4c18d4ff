import type { Host } from '../host/port.js'

/** Counts what travels, so that silence can be told from a pause. */
export interface Traffic {
  count: number
}

/** Somebody who has to be at rest before a test goes on. */
export interface Participant {
  /** What it is still at; `undefined` where it is at rest. */
  busyWith(): string | undefined
}

/** What bots have in hand, where nobody may be able to wait for it. */
export interface HeldUp {
  traffic: Readonly<Traffic>
  /** A bot is at work on what never ends, or can't reach the server, as the test wants it. */
  isHeldUp(): boolean | Promise<boolean>
  /** Nobody waits for rest any more. */
  isOver(): boolean
}

export interface RestOptions {
  server: Pick<Host, 'rest'>
  traffic: Readonly<Traffic>
  participants(): Iterable<Participant>
  /** Real time after which waiting is given up. */
  stuckAfterMs: number
  /** Nobody waits for what bots are at. */
  isHeldUp?: HeldUp['isHeldUp'] | undefined
}

/** Real time is over, and not everything is at rest. */
export class Restless extends Error {
  override readonly name = 'Restless'
}

// Taken now: a test may replace them with ones that stand still.
const { setTimeout, clearTimeout, setImmediate } = globalThis

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Resolves when the server rests, every participant does, and nothing has travelled meanwhile.
 *
 * @throws Restless
 */
export const settled = async (options: RestOptions): Promise<void> => {
  const { traffic, participants, stuckAfterMs } = options
  const busy = () => isAnyBusy(participants())
  await inRealTime(stuckAfterMs, async (stillTime) => {
    let before: number
    do {
      before = traffic.count
      await serverRests(options, stillTime)
      await nextTurn()
    } while (stillTime() && (traffic.count !== before || busy()))
  })
}

const isAnyBusy = (participants: Iterable<Participant>): boolean => {
  for (const participant of participants) if (participant.busyWith() !== undefined) return true
  return false
}

/** What follows from something that has travelled does so within so many turns of the event loop. */
const calmTurns = 5

/** Resolves when nothing travels any more. */
export const calm = async ({ traffic, isCalm = () => true, isOver = () => false }: CalmOptions): Promise<void> => {
  let before = -1
  for (let turns = 0; turns < calmTurns && !isOver(); await nextTurn()) {
    turns = (await isCalm()) && traffic.count === before ? turns + 1 : 0
    before = traffic.count
  }
}

interface CalmOptions {
  traffic: Readonly<Traffic>
  /** Asked again and again: something else may be going on. */
  isCalm?(): boolean | Promise<boolean>
  /** Nobody waits any more. */
  isOver?(): boolean
}

const serverRests = ({ server, traffic, isHeldUp }: RestOptions, stillTime: () => boolean): Promise<void> =>
  server.rest(isHeldUp && { traffic, isHeldUp, isOver: () => !stillTime() })

/**
 * The work's result, if it comes within that much real time. `stillTime` tells the work whether anybody waits for it.
 *
 * @throws Restless
 */
export const inRealTime = async <T>(limitMs: number, work: (stillTime: () => boolean) => Promise<T>): Promise<T> => {
  let over = false
  let timeout: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => {
      over = true
      reject(new Restless(`Not at rest after ${limitMs} ms`))
    }, limitMs)
  })
  try {
    return await Promise.race([work(() => !over), limit])
  } finally {
    clearTimeout(timeout)
  }
}
