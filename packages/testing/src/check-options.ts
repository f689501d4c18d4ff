import { Given, isFunction, isList, isRecord, isText, isUrl, isWhole } from './given.js'

/**
 * Looks at what a call was given for `harness`, before anything is done with it.
 *
 * @param write how the call is written
 * @throws TypeError, RangeError where it is no options, or one of them is of another type
 */
export const checkGivenOptions = (call: string, options: object, write = `${call}({ bot })`): void => {
  const given = new Given(call)
  given.is(options, isRecord, write)
  if (!('bots' in options) && !('bot' in options)) given.has(options, 'bot', () => false, write)
  given.may(options, 'bots', isList(), 'bots: [one, another], or bot: one')
  given.may(options, 'bots', (bots) => (bots as unknown[]).length > 0, 'bots: [one, another], or bot: one')
  given.number(options, 'seed', Number.isSafeInteger, 'a whole number, such as seed: 7')
  given.number(
    options,
    'startsAt',
    isTime,
    'milliseconds since the Unix epoch, such as startsAt: Date.UTC(2026, 11, 24, 18)',
  )
  given.may(options, 'startAt', isStart, "startAt: { state: 'paying' }, with context: { … } where need be")
  given.may(options, 'unawaited', isList(isText), "the names of actors, such as unawaited: ['charge']")
  given.may(options, 'modules', isList(isModule), "modules: [new URL('../src/order.ts', import.meta.url)]")
  given.number(
    options,
    'keepAliveSeconds',
    isWhole(0, 65_535),
    'a whole number to 65,535, such as keepAliveSeconds: 30',
  )
  given.number(options, 'stuckAfterMs', isPositive, 'milliseconds, such as stuckAfterMs: 10_000')
}

const isTime = (given: unknown): boolean => Number.isFinite(given) && !Number.isNaN(new Date(given as number).getTime())

const isStart = (given: unknown): boolean =>
  isRecord(given) &&
  (isText(given.state) || isRecord(given.state)) &&
  (given.context === undefined || isRecord(given.context))

const isModule = (given: unknown): boolean => isText(given) || isUrl(given)

const isPositive = (given: unknown): boolean => typeof given === 'number' && given > 0

/** What a test hands over to be called with its chat. @throws TypeError where it is no function */
export const checkScenario = (call: string, scenario: unknown, write: string): void =>
  new Given(call).is(scenario, isFunction, write)
