import { checkGivenOptions } from '../check-options.js'
import { Given, isFunction, isPattern, isRecord, isText } from '../given.js'
import type { AnyOptions } from './options.js'

/** @throws TypeError, RangeError where paths can't be looked for with these, or what is right on them is not said */
export const checkExploreOptions = (options: AnyOptions): void => {
  const given = new Given('explore')
  given.is(options, isRecord, write)
  given.has(options, 'events', isRecord, "what people do, such as events: { message: ['hello', 'yes'] }")
  given.mayAll(options, 'events', Array.isArray, "a list, such as events: { message: ['hello', 'yes'] }")
  given.has(options, 'expect', isRecord, 'what is right in each state, such as expect: { asking: /\\?$/ }')
  given.mayAll(options, 'expect', isExpectation, 'a text, a pattern or a function, such as expect: { asking: /\\?$/ }')
  given.mayAll(options, 'drive', isFunction, 'drive: { action: (person, value) => person.fills(value) }')
  given.mayAll(options, 'outcomes', isOutcomes, "outcomes: { charge: { succeeds: ['R1'], neverAnswers: true } }")
  given.mayAll(options, 'limit', isAmount, 'limit: { depth: 20, seconds: 60 }')
  given.may(options, 'key', isFunction, 'key: ({ value }) => value')
  given.may(options, 'harness', isRecord, 'harness: { seed: 7 }')
  checkGivenOptions('explore', { ...options.harness, bot: undefined })
}

const write = "explore(bot, { goal: 'transitions', events: { message: ['hello'] }, expect: { asking: /\\?$/ } })"

const isExpectation = (given: unknown): boolean => isText(given) || isPattern(given) || isFunction(given)

const isOutcomes = (given: unknown): boolean => isRecord(given) && [given.succeeds, given.fails].every(isListIfAny)

const isListIfAny = (given: unknown): boolean => given === undefined || Array.isArray(given)

const isAmount = (given: unknown): boolean => typeof given === 'number' && given >= 0
