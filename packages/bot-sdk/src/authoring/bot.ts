import { isClientId } from '@daakia/protocol'
import type { AnyStateMachine, EventFromLogic, InputFrom } from 'xstate'
import type { Asides } from '../asides/port.js'
import { Languages } from '../languages/languages.js'
import type { LanguageChanges } from '../languages/port.js'
import type { Middleware } from '../middleware/port.js'
import type { Recogniser } from '../understanding/port.js'
import type { HeardMessage, RunInput } from './heard.js'
import { checkHide, type Hide } from './hide.js'
import { isLocale, isTimeZone } from './manner.js'
import type { Migrate, NewState, OldState } from './migrate.js'
import { checkOverlap, checkOverlapsOf, type Overlap } from './overlap.js'
import { checkTakesOver, type TakesOver } from './takes-over.js'

/**
 * What an author says about a bot.
 *
 * @example
 * bot({
 *   id: 'order-bot',
 *   version: 2,
 *   machine,
 *   timeZone: 'Europe/Vienna',
 *   overlap: { debounceMs: 1_500 },
 * })
 */
export interface BotOptions<
  TMachine extends AnyStateMachine,
  TEvent = EventFromLogic<TMachine>,
  TNew = NewState<TMachine>,
> {
  /** The bot's name as a client: 1 to 128 of `A-Z a-z 0-9 . _ @ -`. */
  id: string
  /**
   * A whole number from 1. Raise it when conversations that are under way can't go on in the new machine: their
   * states are then kept aside, whole, and never run by the wrong code. Leave it where they can.
   */
  version: number
  /** How a conversation goes: made with `setup` from `xstate`, with an id. Its input is a {@link RunInput}. */
  machine: TMachine & TakesRunInput<TMachine>
  /**
   * Makes an event of a message; `undefined` leaves it to `understand`, and to be a plain `message`. Asked before `cancel`
   * and `help` are recognised. Has to be pure: a turn that failed is tried again.
   */
  recognise?(text: string, message: HeardMessage): TEvent | undefined
  /**
   * Makes intents of what people write, where neither `recognise` nor `cancel` and `help` stand for it. The machine gets
   * an {@link Intent}: the best that it can take, else the plain `message`. Of several recognisers, the next is asked
   * when no intent is known with `leastScore`; put those first that are exact and cost nothing.
   *
   * @example
   * understand: [patterns({ intents: { order: ['order {count} {dish}'] } }), classifier({ examples: examplesFrom('intents') })]
   */
  understand?: Recogniser | readonly Recogniser[]
  /** 0 to 1: intents below are not heard. 0.6 by default. */
  leastScore?: number
  /** How long a message waits for `understand`, before it is a plain `message`. 5,000 by default. */
  understandTimeoutMs?: number
  /**
   * Asked where the state of a conversation that is under way does not fit the machine, with the reasons: it is of
   * another `version`, of another machine, or names what is gone. Answers where the conversation goes on, in this
   * machine. `undefined`, a throw, and a state that invokes what was never started have the state parked. Has to be pure.
   *
   * @example
   * migrate: ({ version, context }) =>
   *   version === 1 ? { value: 'asking', context: { count: (context as { pizzas: number }).pizzas } } : undefined
   */
  migrate?(state: OldState, reasons: readonly string[]): TNew | undefined
  /**
   * What members must not see of the bot's public state, which is kept with each conversation: the state value, its tags,
   * and the events that the bot takes. Nothing is hidden by default.
   *
   * @example
   * hide: { states: ['paying'], events: ['refund'] }
   */
  hide?: Hide
  /** The language of who does not say theirs, BCP 47; `en` by default. Messages say it in their user property `locale`. */
  locale?: string
  /** The time zone of who does not say theirs, IANA name; `UTC` by default. Messages say it in `time-zone`. */
  timeZone?: string
  /** Said when the machine can't take what was heard. */
  notUnderstood?: string
  /** Which ways to turn aside work at every point of every conversation; all of them where not given. */
  asides?: Partial<Asides>
  /**
   * Other words for turning aside and for what the bot says by itself, by language (BCP 47). English and German are
   * built in; what is left out of another language is English.
   *
   * @example
   * languages: { nl: { asides: { cancel: ['annuleren', 'stop'] }, phrases: { cancelled: 'Geannuleerd.' } } }
   */
  languages?: Readonly<Record<string, LanguageChanges>>
  /** Said by the server when a message was given up, after three tries that failed. */
  apology?: string
  /**
   * What happens to messages that come while others wait. `queue`, the default: each has a turn of its own, in order.
   * `burst`: all that waits is handled in one turn and committed as one, and texts that one person wrote in a row, and
   * that were not recognised, are one `message`. With `debounceMs` a burst is waited for: the bot gets its turn when
   * nobody has spoken for so long, and `longestMs` after the first message in any case, five times that by default.
   * While the bot is busy, what comes is always shown to it at once, so that "cancel" reaches it. A state can say
   * otherwise for the time that it is active; see {@link overlap}.
   */
  overlap?: Overlap
  /**
   * Which bots may hand a conversation to this one by `handoff`; none by default. Its machine is an ordinary one: its input
   * has `handedOver`, and its output is the result.
   *
   * @example
   * takesOver: { from: ['order-bot'], input: z.object({ amount: z.number() }) }
   */
  takesOver?: TakesOver
  /**
   * How long a promise runs before what was said until then goes out, and what has happened until then is committed.
   * Should the process die after that, the promise is started again, with the same idempotency key, and what came before
   * it is not done again. 500 by default; `Infinity`: all of a turn is committed at its end.
   */
  checkpointAfterMs?: number
  /**
   * What the bot does around its turns, wherever it runs, in plain order: a limit of messages per person, who a person
   * is. What only an operator can know, such as where a log goes, belongs to `use` of `connect`, which is around these.
   */
  use?: readonly Middleware[]
}

/** Flags a machine whose `input` no conversation can give. */
type TakesRunInput<TMachine extends AnyStateMachine> =
  RunInput<never> extends InputFrom<TMachine> ? unknown : { input: 'the machine has to take a RunInput' }

/**
 * A bot's definition. It does nothing by itself: `connect` runs it.
 *
 * @example
 * const bots: readonly Bot[] = [order, support]
 * for (const each of bots) connect(each, { url: 'mqtt://127.0.0.1:1883' })
 */
export interface Bot<TMachine extends AnyStateMachine = AnyStateMachine> {
  readonly id: string
  readonly version: number
  readonly machine: TMachine
  readonly locale: string
  readonly timeZone: string
  readonly notUnderstood?: string
  readonly asides: Asides
  readonly languages: Languages
  readonly apology: string
  readonly checkpointAfterMs: number
  readonly overlap: Overlap
  readonly takesOver?: TakesOver
  recognise?(text: string, message: HeardMessage): EventFromLogic<TMachine> | undefined
  readonly understand: readonly Recogniser[]
  readonly leastScore: number
  readonly understandTimeoutMs: number
  readonly migrate?: Migrate<TMachine>
  readonly hide?: Hide
  readonly use: readonly Middleware[]
}

/** The same in every copy of this package: a command may look at what another copy has made. */
const mark = Symbol.for('daakia.bot')

/**
 * Whether something was made by {@link bot}.
 *
 * @example
 * const [found] = Object.values(await import(process.argv[2] ?? './order.js')).filter(isBot)
 * if (found) connect(found, { url: 'mqtt://127.0.0.1:1883' })
 */
export const isBot = (value: unknown): value is Bot => typeof value === 'object' && value !== null && mark in value

/** What a bot is marked with: no other copy's is the same. */
const thisCopy = {}

/**
 * A bot whose prompts another copy of this package has made would run, and ask in the wrong order.
 *
 * @throws TypeError
 */
export const refuseOtherCopies = (bot: Bot): void => {
  if ((bot as { [mark]?: unknown })[mark] === thisCopy) return
  throw new TypeError(
    isBot(bot)
      ? `"${bot.id}" was made by another copy of @daakia/bot-sdk than the one that runs it: see \`npm ls @daakia/bot-sdk\`, and bring them to one version`
      : 'This is no bot: make one with bot() of @daakia/bot-sdk',
  )
}

const allAsides: Asides = { cancel: true, help: true, restart: true, repeat: true, skip: true, correct: true }

const defaults = {
  checkpointAfterMs: 500,
  overlap: 'queue' as Overlap,
  leastScore: 0.6,
  understandTimeoutMs: 5_000,
  use: [] as readonly Middleware[],
  locale: 'en',
  timeZone: 'UTC',
  apology: 'Sorry, something went wrong. I could not handle your last message.',
}

/**
 * Defines a bot. Nothing is started.
 *
 * @throws TypeError naming the option that can't be used
 * @example
 * export const order = bot({ id: 'order-bot', version: 1, machine })
 */
export function bot<
  TMachine extends AnyStateMachine,
  const TEvent extends EventFromLogic<TMachine>,
  const TNew extends NewState<TMachine>,
>(options: BotOptions<TMachine, TEvent, TNew>): Bot<TMachine> {
  const { id, version, machine, recognise } = options
  const understand = [options.understand ?? []].flat()
  if (!isClientId(id)) throw new TypeError(`id: "${id}" can't name a bot; use 1 to 128 of A-Z a-z 0-9 . _ @ -`)
  if (!Number.isSafeInteger(version) || version < 1)
    throw new TypeError(`version: ${version} is not a whole number from 1`)
  if (!((options.checkpointAfterMs ?? 0) >= 0))
    throw new TypeError(`checkpointAfterMs: ${options.checkpointAfterMs} is no number from 0`)
  checkUnderstanding(options)
  checkOverlap(options.overlap)
  checkTakesOver(options.takesOver)
  checkManner(options)
  for (const tag of Object.keys(options.languages ?? {}))
    if (!isLocale(tag)) throw new TypeError(`languages: "${tag}" is no language tag, such as "en" or "de-AT"`)
  if (!machine?.config?.id) throw new TypeError('machine: give it an id; its stored states are known by it')
  checkHide(options.hide, machine)
  checkOverlapsOf(machine)
  return Object.freeze({
    ...defaults,
    ...defined(options),
    id,
    version,
    machine,
    asides: { ...allAsides, ...options.asides },
    languages: new Languages(options.languages),
    understand,
    ...(recognise && { recognise }),
    [mark]: thisCopy,
  })
}

type Thresholds = Pick<BotOptions<AnyStateMachine>, 'leastScore' | 'understandTimeoutMs'>

function checkUnderstanding({ leastScore = 0, understandTimeoutMs = 1 }: Thresholds): void {
  if (!(leastScore >= 0 && leastScore <= 1)) throw new TypeError(`leastScore: ${leastScore} is no number from 0 to 1`)
  if (!(understandTimeoutMs > 0))
    throw new TypeError(`understandTimeoutMs: ${understandTimeoutMs} is no number above 0`)
}

function checkManner({ locale, timeZone }: { locale?: string; timeZone?: string }): void {
  if (!isLocale(locale)) throw new TypeError(`locale: "${locale}" is no language tag, such as "en" or "de-AT"`)
  if (!isTimeZone(timeZone)) throw new TypeError(`timeZone: "${timeZone}" is no time zone, such as "Europe/Vienna"`)
}

function defined<TOptions extends object>(options: TOptions): TOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as TOptions
}
