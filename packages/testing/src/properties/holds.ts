import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type fc from 'fast-check'
import { describe, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { ChatFile, type OpenScene } from '../chat-files/chat-file.js'
import { checkGivenOptions } from '../check-options.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { called, checking } from '../failure/misuse.js'
import { seedOfRun } from '../failure/replay.js'
import { Given, isFunction, isList, isRecord, isText, isUrl, isWhole } from '../given.js'
import { sceneOf } from '../harness.js'
import { checkOptions, type HarnessOptions } from '../harness-options.js'
import type { SceneChat } from '../scene/scene-chat.js'
import { type Duration, toMs } from '../time/duration.js'
import { doesNotHold, failureOf } from './failing.js'
import { type BuiltInInvariant, checkBuiltIn, type Invariant } from './invariants.js'
import { save, savedIn } from './saved.js'
import { search } from './search.js'
import { mostPeople } from './step-of.js'
import { Watcher } from './try-out.js'

/**
 * What people do in random conversations, and what has to hold in each of them.
 *
 * @example
 * const options: HoldsOptions<typeof machine> = {
 *   bot: order,
 *   says: ['hello', 'two large', 'cancel'],
 *   invariants: { 'nobody orders too much': ({ messages, text }) => !messages.some((each) => /\d{3}/.test(text(each))) },
 * }
 */
export type HoldsOptions<TMachine extends AnyStateMachine> = HarnessOptions<TMachine> & {
  /** What people say: one of these texts, or what an arbitrary of fast-check makes. */
  says: readonly string[] | fc.Arbitrary<string>
  /** What they fill in in the fields of forms, by their names; whatever a field takes where it is not among them. */
  fills?: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** For how long nobody does anything, besides until something is due. A second, a minute, a quarter of an hour or a day by default. */
  waits?: readonly Duration[]
  /** How many people there are, each in a conversation of their own with the first bot. 2 by default, 8 at most. */
  people?: number
  /** What has to hold, by what a failure calls it, after each thing that is done. */
  invariants?: Readonly<Record<string, Invariant>>
  /** What holds of other bots, and need not of this one. */
  except?: readonly BuiltInInvariant[]
  /** How many conversations. 100 by default. */
  runs?: number
  /** How many things are done in one at most. 12 by default. */
  longest?: number
  /** A folder, as a file URL or a path, for the conversations in which something did not hold. Each is a test from then on. */
  savedIn?: URL | string
}

const defaults = { people: 2, runs: 100, longest: 12, seed: 1 }

/**
 * Makes a test that holds random conversations with a bot. People say things, press what is offered, fill in forms, wait,
 * and the bot crashes and is started again. After each of these everybody comes to rest, and what has to hold is looked at:
 * that every message is answered, and none twice, that no bot is stuck or gives a message up; and what you add.
 *
 * Where something does not hold, the test fails with the shortest conversation in which it does not, and saves it. It holds the
 * same conversations each time, and others with another seed, which `DAAKIA_SEED` names.
 *
 * @param name of the tests
 * @throws TypeError, RangeError where there are too many people, or none, or nothing that they may say, or an option can't be used
 * @example
 * // test/holds.test.ts
 * holds('whatever people do, nobody gets an empty order', {
 *   bot: order,
 *   says: ['hello', 'two large', 'cancel', 'yes'],
 *   invariants: { 'no order is empty': ({ messages, text }) => !messages.some((each) => text(each).includes('undefined')) },
 *   savedIn: new URL('./found/', import.meta.url),
 * })
 */
export const holds = <TMachine extends AnyStateMachine>(name: string, options: HoldsOptions<TMachine>): void => {
  const site = callSite(holds)
  called(holds, () => checkHolds(name, options))
  const { runs } = { ...defaults, ...options }
  const { savedIn: where } = options
  const folder = where instanceof URL ? fileURLToPath(where) : where
  describe(name, () => {
    for (const file of folder === undefined ? [] : savedIn(folder))
      test(file, () => playAgain(join(folder as string, file), options, site))
    test(`holds in ${runs} random conversations`, { timeout: 600_000 }, () => holdAll(options, { folder, site }))
  })
}

/** @throws TypeError, RangeError where random conversations can't be held so */
const checkHolds = <TMachine extends AnyStateMachine>(name: string, options: HoldsOptions<TMachine>): void => {
  const write = "holds('a name', { bot, says: ['hello'] })"
  const given = new Given('holds')
  given.is(name, isText, write)
  checkGivenOptions('holds', options, write)
  given.has(options, 'says', isSays, "texts, such as says: ['hello', 'cancel'], or an arbitrary of fast-check")
  given.mayAll(options, 'fills', isArbitrary, 'arbitraries of fast-check, such as fills: { guests: fc.nat() }')
  given.may(options, 'waits', isList(), "durations, such as waits: ['10m', '1d']")
  checking(() => {
    for (const each of options.waits ?? []) toMs(each)
  })
  given.number(options, 'people', isWhole(1, mostPeople), `a whole number from 1 to ${mostPeople}, such as people: 2`)
  given.mayAll(options, 'invariants', isFunction, "invariants: { 'no order is empty': (history) => … }")
  given.may(options, 'except', isList(), "except: ['every message is answered']")
  checking(() => {
    for (const each of options.except ?? []) checkBuiltIn(each)
  })
  given.number(options, 'runs', isWhole(1), 'a whole number from 1, such as runs: 100')
  given.number(options, 'longest', isWhole(1), 'a whole number from 1, such as longest: 12')
  given.may(
    options,
    'savedIn',
    (where) => isText(where) || isUrl(where),
    "savedIn: new URL('./found/', import.meta.url)",
  )
  checking(() => checkOptions(options as unknown as HarnessOptions<AnyStateMachine>))
}

const isSays = (says: unknown): boolean =>
  Array.isArray(says) ? says.length > 0 && says.every(isText) : isArbitrary(says)

/** Of whichever copy of fast-check. */
const isArbitrary = (given: unknown): boolean => isRecord(given) && isFunction(given.generate)

/** The conversation that was saved: what did not hold then has to hold now. */
const playAgain = async <TMachine extends AnyStateMachine>(
  path: string,
  options: HoldsOptions<TMachine>,
  site: CallSite,
): Promise<void> => {
  const open: OpenScene = (beginning) => sceneOf({ ...options, ...beginning }, site)
  const watchers = new WeakMap<SceneChat, Watcher>()
  await new ChatFile(path, readFileSync(path, 'utf8')).play(open, async (chat, step) => {
    if (step.kind === 'remark' || step.kind === 'hears') return
    const watcher = watchers.get(chat) ?? new Watcher(chat, options)
    watchers.set(chat, watcher)
    const violation = await watcher.after(step)
    if (violation) throw chat.scene.failure({ message: doesNotHold(violation) }, '')
  })
}

const holdAll = async <TMachine extends AnyStateMachine>(
  options: HoldsOptions<TMachine>,
  { folder, site }: { folder: string | undefined; site: CallSite },
): Promise<void> => {
  const seed = options.seed ?? seedOfRun() ?? defaults.seed
  const waits = options.waits?.map(String)
  const found = await search({ ...defaults, ...options, waits, seed, open: () => sceneOf(options, site) })
  if (!found) return
  const { steps, violation } = found.course
  const saved = folder === undefined || !violation ? undefined : save({ folder, steps, ...violation })
  throw failureOf(found, { saved, site })
}
