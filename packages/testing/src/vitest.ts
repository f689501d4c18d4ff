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
