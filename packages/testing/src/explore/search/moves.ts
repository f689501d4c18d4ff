import type { Rehearsal } from '../model/rehearsal.js'
import type { Situation } from '../model/situation.js'
import type { Person } from '../options.js'

/** One thing that may happen: somebody does something, or time passes. */
export type Move =
  | { kind: 'event'; type: string; value: unknown; drive(person: Person): Promise<void> }
  | { kind: 'time' }

type Drivers = Readonly<Record<string, ((person: Person, value: never) => unknown) | undefined>>

/** All that somebody may do. Values without a driver are left out where they are no text. */
export function movesOf(events: Readonly<Record<string, readonly unknown[] | undefined>>, drivers: Drivers): Move[] {
  return Object.entries(events).flatMap(([type, values = []]) =>
    values.flatMap((value) => {
      const drive = driverOf(drivers[type], value)
      return drive ? [{ kind: 'event' as const, type, value, drive }] : []
    }),
  )
}

/** `undefined` of what is no text, where nobody says what is to be done with it. */
const driverOf = (own: Drivers[string], value: unknown) => {
  if (own) return async (person: Person) => void (await own(person, value as never))
  return typeof value === 'string' ? (person: Person) => person.says(value) : undefined
}

const time: Move = { kind: 'time' }

/** Time is one of the things that may happen, where something waits for it. */
export const movesIn = ({ timers }: Situation, moves: readonly Move[]): readonly Move[] =>
  timers.length > 0 ? [...moves, time] : moves

/** @throws Impossible where the person can't do it as things are. Answers how long was waited, in milliseconds. */
export const make = async (move: Move, rehearsal: Rehearsal): Promise<number | undefined> => {
  if (move.kind === 'time') return rehearsal.waits()
  await move.drive(rehearsal)
  return undefined
}
