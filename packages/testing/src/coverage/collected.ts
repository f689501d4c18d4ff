import type { StatePath } from '@daakia/bot-sdk/internal'
import type { Target } from '../machine/targets.js'

/** A state as it is drawn. */
export interface DrawnState {
  path: StatePath
  type: string
  /** It is the one that its outer state begins with. */
  isInitial: boolean
}

/** A machine as it is drawn. */
export interface DrawnMachine {
  name: string
  /** As its author has given it; absent where none was. */
  id?: string
  states: readonly DrawnState[]
}

/** What there is of a bot. */
export interface Described {
  machines: readonly DrawnMachine[]
  targets: readonly Target[]
}

/** What the tests of one file have reached of a bot. It travels from the process of the tests to that of the runner, as JSON. */
export interface Collected extends Described {
  bot: string
  /** How often each target was reached, by id; those that never were are not in it. */
  counts: Readonly<Record<string, number>>
}

/** Where it travels: the `meta` of a test file. */
export const metaKey = 'daakiaCoverage'
