import type { Failure } from '@daakia/protocol'
import type { Bot } from '../authoring/bot.js'
import { type FailedHeard, failureType } from '../authoring/heard.js'
import { knows } from '../engine/known-events.js'
import type { Run } from '../engine/port.js'
import { hear } from './hearing.js'

/** Whether the bot's machine is to be told what it failed at: it names that event, in any of its states. */
export const wantsToBeTold = ({ machine }: Pick<Bot, 'machine'>): boolean => knows(machine, failureType)

/** Nobody takes a failure as things are. The server says the apology. */
export class NotTold extends Error {
  override readonly name = 'NotTold'
  constructor(where: string) {
    super(`The machine takes no "${failureType}" ${where}`)
  }
}

/** Tells a run what it failed at, as `key` in idempotency keys. @throws NotTold, or what a guard throws that is asked */
export function tell(run: Run | undefined, failure: Failure, key: string): void {
  if (!run) throw new NotTold('where it has no run')
  // What its beginning failed with comes out when it is settled, as what it does about the failure fails with.
  if (run.failed) return
  const where = run.isBeforeInitial ? 'before its initial state' : `in its state ${JSON.stringify(run.public.value)}`
  const event = eventOf(failure)
  if (!run.accepts(event, { byName: true })) throw new NotTold(where)
  run.send(event, { key })
  if (run.isBeforeInitial && !run.failed) throw new NotTold(`with a target ${where}`)
}

const eventOf = ({ cause, attempts, message }: Failure): FailedHeard => ({
  type: failureType,
  cause,
  attempts,
  ...(message && { message: hear(message) }),
})
