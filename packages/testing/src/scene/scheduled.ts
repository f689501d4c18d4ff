import type { StoredTimer } from '@daakia/bot-sdk/internal'
import { actorName } from '../machine/actor-name.js'
import { asDuration, formatMs } from '../time/duration.js'

/** A timer that waits, for people. */
export interface Scheduled {
  /** Whatever a test may call it: its delay, its state, the event that it brings, the actor that has it. */
  names: readonly string[]
  /** Such as `hold in naming`. */
  text: string
  inMs: number
}

/** When it fires, as a test would say it. */
export const firing = ({ text, inMs }: Scheduled): string => `${text} fires after advance('${asDuration(inMs)}')`

/** @param now milliseconds since the Unix epoch */
export const scheduledOf = (timers: readonly StoredTimer[], now: number): Scheduled[] =>
  timers.map((timer) => ({ ...described(timer), inMs: timer.due - now })).sort((one, other) => one.inMs - other.inMs)

/** XState makes one of the delay, and of the id of the state: the machine's, and the path. */
const afterEvent = /^xstate\.after\.(?<delay>[^.]+(?:\.\d+)?)\.(?<state>.+)$/

function described({ id, event, target }: StoredTimer): Omit<Scheduled, 'inMs'> {
  const { delay, state } = afterEvent.exec(event.type)?.groups ?? {}
  const actors = target.map(actorName).reverse()
  const owners = actors.map((actor) => ` of ${actor}`).join('')
  if (delay === undefined || state === undefined) {
    // Of its own the SDK has but the timer of a pause.
    const name = (event.type || id).replace(/^daakia\./, '')
    return { names: [name, ...actors], text: `${name}${owners}` }
  }
  const what = /^\d+(\.\d+)?$/.test(delay) ? formatMs(Number(delay)) : delay
  const [machine = '', ...path] = state.split('.')
  const where = path.join('.')
  const place = where === '' || isQuestion(machine, target) ? '' : ` in ${where}`
  return { names: [what, delay, where, ...actors], text: `${what}${place}${owners}` }
}

/** The inner states of what asks tell an author nothing. */
const isQuestion = (machine: string, target: readonly string[]): boolean =>
  target.length > 0 && (machine === 'ask' || machine === 'fill')
