import { isDeepStrictEqual } from 'node:util'
import type { Bot } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'
import type { User } from '../../chat.js'
import type { CallSite } from '../../failure/call-site.js'
import { notAsExpected, saidOtherwise, wentElsewhere } from '../../failure/exploring.js'
import { textOf } from '../../failure/text-of.js'
import type { HarnessOptions } from '../../harness-options.js'
import { fits } from '../../scene/fits.js'
import type { SceneUser } from '../../scene/user.js'
import { type SetScene, setScene } from '../../set-scene.js'
import { type OutcomesByActor, Script } from '../model/outcomes.js'
import { rehearsed } from '../model/rehearsed-bot.js'
import type { Expectation, Person } from '../options.js'
import { isIn } from '../search/places.js'
import { type Happened, happenedOn, type Trace } from '../search/trace.js'
import { nameOfPath } from './path-name.js'

export interface PlayOptions {
  bot: Bot
  outcomes: OutcomesByActor
  expect: Readonly<Record<string, Expectation>>
  harness: Pick<HarnessOptions<AnyStateMachine>, 'seed' | 'startsAt' | 'stuckAfterMs'>
  /** Who speaks. */
  client: string
  site: CallSite
}

/**
 * Plays a path over the real harness: after each thing that happens the bot has to stand where it stood when the path was
 * found, and to have said the same; and what the author expects of the state has to be true.
 *
 * @throws ConversationFailure
 */
export async function play(trace: Trace, options: PlayOptions): Promise<void> {
  const { outcomes, site, harness } = options
  const path = happenedOn(trace)
  const written = path.flatMap(({ choices }) => choices.map(({ at }) => at))
  const script = new Script(outcomes, written)
  const bot = rehearsed(options.bot, outcomes, () => script)
  const set = await setScene({ ...harness, bot }, { site, isHeldUp: () => script.running.size > 0 })
  await using _ = set.chat
  const user = set.chat.user(options.client)
  for (const [at, happened] of path.entries()) {
    await make(happened, set, user, bot)
    await check(path.slice(0, at + 1), set, user, options)
    user.takeUnheard()
  }
}

async function make(
  { move, waitedMs, quietMs, hangs }: Happened,
  { chat }: SetScene,
  user: SceneUser,
  bot: Bot,
): Promise<void> {
  if (move.kind === 'event') await move.drive(user as Person)
  else await chat.advance(waitedMs ?? 0)
  const lateMs = quietMs + (hangs ? bot.checkpointAfterMs : 0)
  if (lateMs > 0) await chat.advance(lateMs)
}

/** @param path up to what has just happened */
async function check(path: readonly Happened[], set: SetScene, user: SceneUser, options: PlayOptions): Promise<void> {
  const { chat, scene } = set
  const { places, said, act, value } = path.at(-1) as Happened
  const name = nameOfPath(path)
  const actual = chat.bot.stateIn({ with: user.name })
  if (!isDeepStrictEqual(actual, value))
    throw scene.failure(wentElsewhere(chat.bot.id, name, value, actual), options.site)
  const heard = user.unheard.map(textOf)
  if (!isDeepStrictEqual(heard, said)) throw scene.failure(saidOtherwise(chat.bot.id, name, said, heard), options.site)
  for (const [state, expectation] of expectationsOf(places, options.expect)) {
    if (typeof expectation === 'function') await expectation(user as unknown as User, { chat, act, said })
    else if (!user.unheard.some((message) => fits(message, expectation)))
      throw scene.failure(notAsExpected(chat.bot.id, state, expectation, said), options.site)
  }
}

/** What the author says of the states in which the bot is, with their names. */
export const expectationsOf = (places: readonly string[], expect: PlayOptions['expect']) =>
  Object.entries(expect).filter(([state]) => places.some((place) => isIn(place, state)))
