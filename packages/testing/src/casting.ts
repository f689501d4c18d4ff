import type { Bot } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'
import { misuse } from './failure/misuse.js'
import { checkBot, checkMade } from './given-bots.js'

/**
 * A bot, or what makes one for each process that runs it.
 *
 * @example
 * const made: GivenBot<typeof machine> = () => orderBot(fakeShop())
 * await using chat = await harness({ bot: made })
 */
export type GivenBot<TMachine extends AnyStateMachine = AnyStateMachine> = Bot<TMachine> | (() => Bot<TMachine>)

/** A bot of a scene, whichever processes it runs in. */
export class Role {
  /** As the first of its processes runs it. */
  readonly bot: Bot
  readonly #make: (() => Bot) | undefined
  #isTaken = false

  /** @param asPlayed what a scene makes of it @throws TypeError where there is none */
  constructor(given: GivenBot, asPlayed: (bot: Bot) => Bot) {
    this.#make = typeof given === 'function' ? () => asPlayed(made(given)) : undefined
    this.bot = typeof given === 'function' ? asPlayed(made(given)) : asPlayed(given)
  }

  /** For a process that begins. @throws TypeError where it is another one, or none */
  next(): Bot {
    const isFirst = !this.#isTaken
    this.#isTaken = true
    if (isFirst || !this.#make) return this.bot
    const next = this.#make()
    if (next.id === this.bot.id) return next
    throw misuse(
      new TypeError(
        `The function that is given for a bot has made "${this.bot.id}" first, and "${next.id}" now: all processes of a bot have one id.`,
      ),
    )
  }
}

/** @throws RangeError where two bots have one id: they would share each other's conversations */
export const checkIds = (roles: readonly Role[]): void => {
  const ids = roles.map(({ bot }) => bot.id)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined)
    throw new RangeError(
      `Two of the bots have the id "${twice}", and would be taken for instances of one: give each an id of its own.`,
    )
}

/** @throws TypeError where it is neither a bot nor a function */
export const checkGiven = (given: unknown): void => {
  if (typeof given !== 'function') checkBot(given)
}

const made = (make: () => Bot): Bot => {
  const bot: unknown = make()
  checkMade(bot)
  return bot
}
