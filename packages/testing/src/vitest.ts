/**
 * What needs vitest.
 *
 * @module
 */
export { chatTests } from './chat-files/chat-tests.js'
export { explore } from './explore/explore.js'
export type {
  EventValues,
  Expectation,
  Explored,
  ExploreOptions,
  Goal,
  Limit,
  Moment,
  Person,
} from './explore/options.js'
export type { EventTypeOf, Outcomes, OutcomesOf } from './explore/types-of.js'
export type { History } from './properties/history.js'
export { type HoldsOptions, holds } from './properties/holds.js'
export type { BuiltInInvariant, Invariant } from './properties/invariants.js'
export { type RacesOptions, races } from './races/races.js'
