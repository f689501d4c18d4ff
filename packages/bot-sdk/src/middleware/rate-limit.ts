import type { HeardMessage } from '../authoring/heard.js'
import type { IncomingContext, Middleware } from './port.js'

/**
 * How much of a person the bot hears, and what it says to more.
 *
 * @example
 * const limit: RateLimitOptions = { messages: 10, perSeconds: 60, say: 'Please slow down.' }
 * bot({ id: 'order-bot', version: 1, machine, use: [rateLimit(limit)] })
 */
export interface RateLimitOptions {
  /** How many messages of one person the bot hears in a window. */
  messages: number
  /** How long a window is. They begin at the same moments for everybody, by the server's clock. */
  perSeconds: number
  /** Said to the first message of a window that is too many. Without it all of them are dropped without a word. */
  say?: string
}

/** What is known of a person in a window. */
interface Counted {
  window: number
  heard: Set<string>
  /** The message that was told to be too many. */
  told?: string
}

/**
 * Lets the bot hear so many messages of a person and no more; those that are too many count as handled. What counts is
 * when the server took a message, not when the bot comes to it: who waited for a bot that was away is not limited for it.
 * A message that is tried again counts once.
 *
 * Counts are kept in memory, of the newest window of each person. A restart forgets them, and several instances count each for
 * itself: then a person may be heard up to so often once more in the same window. No message is ever lost for it.
 *
 * @throws RangeError where a number makes no sense
 * @example
 * bot({ id: 'order-bot', version: 1, machine, use: [rateLimit({ messages: 10, perSeconds: 60, say: 'Please slow down.' })] })
 */
export function rateLimit({ messages, perSeconds, say }: RateLimitOptions): Middleware {
  if (!Number.isSafeInteger(messages) || messages < 1)
    throw new RangeError(`messages: ${messages} is not a whole number from 1`)
  if (!(perSeconds > 0)) throw new RangeError(`perSeconds: ${perSeconds} is not above 0`)
  const people = new People(perSeconds * 1_000)
  return {
    name: 'rateLimit',
    incoming: (message, context) => {
      const counted = people.of(message)
      const key = `${context.conversation}/${message.seq}`
      if (counted.heard.has(key)) return message
      if (counted.heard.size >= messages) return tooMany(counted, key, say, context)
      counted.heard.add(key)
      return message
    },
  }
}

/** Says so to the same message again when it is tried again. */
function tooMany(counted: Counted, key: string, say: string | undefined, { reply }: IncomingContext): undefined {
  counted.told ??= key
  if (say !== undefined && counted.told === key) reply(say)
}

/** What each person has said in the newest window that is known of them. */
class People {
  readonly #windowMs: number
  readonly #counted = new Map<string, Counted>()
  #newest = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  of({ from, at }: HeardMessage): Counted {
    const window = Math.floor(at / this.#windowMs)
    if (window > this.#newest) this.#forgetBefore(window)
    const known = this.#counted.get(from)
    // One that comes late, in another conversation, counts where that person is by now.
    if (known && known.window >= window) return known
    const counted = { window, heard: new Set<string>() }
    this.#counted.set(from, counted)
    return counted
  }

  /** The window before this one stays: some of its messages may be tried again. */
  #forgetBefore(window: number): void {
    this.#newest = window
    for (const [person, counted] of this.#counted) if (counted.window < window - 1) this.#counted.delete(person)
  }
}
