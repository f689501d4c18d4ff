import { types } from 'node:util'
import { isBot } from '@daakia/bot-sdk'
import { misuse } from './failure/misuse.js'

export const isText = (given: unknown): given is string => typeof given === 'string'

export const isFunction = (given: unknown): boolean => typeof given === 'function'

/** Of whichever realm: a runner may give each test file its own. */
export const isPattern = (given: unknown): boolean => types.isRegExp(given)

export const isUrl = (given: unknown): given is URL => isRecord(given) && isText(given.href)

/** Names and values, as options are. */
export const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && !isBot(given)

export const isList =
  (isOne: (given: unknown) => boolean = () => true) =>
  (given: unknown): boolean =>
    Array.isArray(given) && given.every(isOne)

export const isWhole =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (given: unknown): boolean =>
    Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= most

/**
 * What a call was given, for who writes without types, or around them. What can't be used is told with what to write in its
 * place.
 */
export class Given {
  readonly #call: string

  /** @param call as a test writes it: `ana.says` */
  constructor(call: string) {
    this.#call = call
  }

  /** @param write what is to be written @throws TypeError where it is something else */
  is(given: unknown, isRight: Test, write: string): void {
    if (!isRight(given)) throw misuse(new TypeError(this.#refusal(named(given), write)))
  }

  /** An option that has to be there. @throws TypeError where it is not, or is something else */
  has(options: object, option: string, isRight: Test, write: string): void {
    const given = valueIn(options, option)
    if (!isRight(given)) throw misuse(new TypeError(this.#refusal(asOption(option, given), write)))
  }

  /** An option that may be there. @throws TypeError where it is something else */
  may(options: object, option: string, isRight: Test, write: string): void {
    if (valueIn(options, option) !== undefined) this.has(options, option, isRight, write)
  }

  /** A number that may be there. @throws TypeError where it is none, RangeError where it is another one */
  number(options: object, option: string, isRight: Test, write: string): void {
    this.may(options, option, (given) => typeof given === 'number', write)
    const given = valueIn(options, option)
    if (given !== undefined && !isRight(given))
      throw misuse(new RangeError(this.#refusal(asOption(option, given), write)))
  }

  /** Several by their names, which may be there. @throws TypeError where they are not, or one of them is something else */
  mayAll(options: object, option: string, isRight: Test, write: string): void {
    this.may(options, option, isRecord, write)
    for (const [name, given] of Object.entries(valueIn(options, option) ?? {}))
      if (given !== undefined && !isRight(given))
        throw misuse(new TypeError(this.#refusal(asOption(`${option}.${name}`, given), write)))
  }

  /** @param what it was given */
  #refusal(what: string, write: string): string {
    return `${this.#call} was given ${what}: write ${write}.`
  }
}

type Test = (given: unknown) => boolean

const valueIn = (options: object, option: string): unknown => (options as Record<string, unknown>)[option]

const asOption = (option: string, given: unknown): string =>
  given === undefined ? `no "${option}"` : `${named(given)} as "${option}"`

const named = (given: unknown): string => {
  if (isBot(given)) return 'a bot'
  if (isText(given)) return JSON.stringify(given)
  if (isFunction(given)) return 'a function'
  if (types.isPromise(given)) return 'a promise'
  if (types.isDate(given)) return 'a Date'
  if (Array.isArray(given)) return given.length === 0 ? 'an empty array' : 'an array'
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}
