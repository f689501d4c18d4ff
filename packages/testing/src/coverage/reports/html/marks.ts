import type { GuardTarget, TransitionTarget } from '../../../machine/targets.js'
import { placeText, type Reported } from '../report.js'

/** A target in a page: what it is called there, and what is told of it. */
export interface Marked {
  /** Of the row that has it. */
  row: string
  reported: Reported
}

export const isMissed = ({ reported }: Marked): boolean => reported.count === 0

/** How often it was reached, and where it stands. */
export const toldOf = ({ reported: { target, count, place } }: Marked): string =>
  [target.id, timesReached(count), placeText(place)].filter((part) => part !== '').join(' · ')

export const timesReached = (count: number): string =>
  count === 0 ? 'never reached' : count === 1 ? 'reached once' : `reached ${count} times`

/** Finds the targets of a bot by what they are of. */
export class Marks {
  readonly all: readonly Marked[]

  constructor(reported: readonly Reported[]) {
    this.all = reported.map((each, index) => ({ row: `t${index + 1}`, reported: each }))
  }

  state(machine: string, path: readonly string[]): Marked | undefined {
    const name = path.join('.')
    return this.all.find(
      ({ reported: { target } }) =>
        target.kind === 'state' && target.machine === machine && target.path.join('.') === name,
    )
  }

  transitions(machine: string): { target: TransitionTarget; mark: Marked }[] {
    return this.all.flatMap((mark) => {
      const { target } = mark.reported
      return target.kind === 'transition' && target.machine === machine ? [{ target, mark }] : []
    })
  }

  /** The answers that a guard has never given, of the whole of it. */
  neverGiven(transition: TransitionTarget): readonly GuardTarget[] {
    return this.all.flatMap(({ reported: { target, count } }) =>
      target.kind === 'guard' && target.transition === transition.id && !target.part && count === 0 ? [target] : [],
    )
  }
}
