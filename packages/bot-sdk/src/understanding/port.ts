import type { Around } from '../authoring/around.js'
import type { HeardMessage } from '../authoring/heard.js'
import type { Json } from '../engine/json.js'

/**
 * Understands what people write. `patterns` and `classifier` are built in; whatever else can read, such as a language
 * model, fits behind the same port.
 *
 * Give the same answer for the same message wherever you can: a turn that failed is tried again.
 *
 * @example
 * const greetings: Recogniser = {
 *   recognise: ({ text }) => (/^hello\b/i.test(text) ? { intents: [{ name: 'greet', score: 1 }], entities: [] } : undefined),
 * }
 */
export interface Recogniser {
  /**
   * What the message means. Nothing, or no intents, where that can't be told. An answer that is no promise costs no
   * time: the message is handled at once.
   *
   * Called once for a message in a turn, and for one message of a conversation at a time. A throw, a rejection and an
   * answer that takes longer than the bot's `understandTimeoutMs` are logged, and count as nothing recognised.
   */
  recognise(heard: HeardMessage, listening: Listening): Understood | undefined | Promise<Understood | undefined>
}

/**
 * For whom, and when, something is understood.
 *
 * @example
 * const understandBy = (url: string): Recogniser => ({
 *   recognise: async ({ text }, { locale, signal }) => {
 *     const answer = await fetch(`${url}?${new URLSearchParams({ text, locale })}`, { signal })
 *     return (await answer.json()) as Understood
 *   },
 * })
 */
export interface Listening extends Around {
  /** Aborted when nobody waits for the answer any more: it took too long, or the turn is over. */
  readonly signal: AbortSignal
}

/**
 * What a message means: JSON.
 *
 * @example
 * // of "order pizza"
 * const understood: Understood = {
 *   intents: [{ name: 'order', score: 0.9 }],
 *   entities: [{ name: 'dish', value: 'pizza', text: 'pizza', start: 6, end: 11, score: 0.9 }],
 * }
 */
export interface Understood {
  /** The best first. */
  intents: readonly IntentScore[]
  /** What was found in the text, whichever intent it belongs to. */
  entities: readonly Entity[]
}

/**
 * What a message may be meant as, and how sure that is.
 *
 * @example
 * const [best, second]: readonly IntentScore[] = understood.intents
 * const isClear = best !== undefined && best.score - (second?.score ?? 0) > 0.2
 */
export interface IntentScore {
  /** The type of the event that the machine gets. */
  name: string
  /** 0 to 1: how sure it is. */
  score: number
}

/**
 * Something that the text names: a count, a dish.
 *
 * @example
 * const dishes = understood.entities.filter(({ name }: Entity) => name === 'dish').map(({ value }) => value)
 */
export interface Entity {
  name: string
  value: Json
  /** As it was written. */
  text: string
  /** Where in the text, in UTF-16 units; `end` is the first after it. */
  start: number
  end: number
  /** 0 to 1: how sure it is. */
  score: number
}
