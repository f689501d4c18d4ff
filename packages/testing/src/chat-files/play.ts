import type { Message } from '@daakia/client-sdk'
import type { Where } from '../chat.js'
import { textOf } from '../failure/text-of.js'
import type { SceneBot } from '../scene/bot.js'
import type { SceneChat } from '../scene/scene-chat.js'
import type { Hears, IsIn, PersonsStep, Step } from './line.js'
import { sayingOf } from './saying.js'
import { msOf } from './times.js'

/** What somebody heard. */
export interface Heard {
  message: Message
  to: string
  /** As it would be written. */
  step: Hears
}

/** A conversation that goes by a chat file. */
export class Play {
  readonly #chat: SceneChat
  /** Who spoke last. */
  #speaker: string | undefined

  constructor(chat: SceneChat) {
    this.#chat = chat
  }

  /**
   * Does what a step does, and checks what it expects.
   *
   * @throws ConversationFailure where it is otherwise
   */
  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'says':
      case 'presses':
      case 'fills':
      case 'sends':
        return this.#does(step)
      case 'hears':
        await this.#chat.user(step.to ?? this.#speaker ?? usual).toHear(step.expected, { from: step.from })
        return
      case 'advances':
        return this.#chat.advance(msOf(step.duration))
      case 'is in':
        return this.#bot(step).toBeInState(step.state, this.#where)
      case 'restarts':
        return this.#chat.restartBot(step.bot)
      case 'gathers':
        return this.#chat.room(step.room, step.members)
      // The file knows of these.
      case 'begins':
      case 'ignores':
      case 'remark':
    }
  }

  #does(step: PersonsStep): Promise<void> {
    const person = this.#chat.user(step.who)
    this.#speaker = step.who
    switch (step.kind) {
      case 'says':
        return person.says(step.text, step)
      case 'presses':
        return person.presses(step.choice)
      case 'fills':
        return person.fills(step.values)
      case 'sends':
        return person.says(sayingOf(step), step)
    }
  }

  /** What has been said and was not heard. From now on it was heard. Hand-overs are in it where they are expected. */
  takeHeard(expected: readonly Hears[]): Heard[] {
    const texts = expected.map((hears) => hears.expected)
    return this.#chat.users.flatMap((user) =>
      user.takeUnheard(texts).map((message) => ({ message, to: user.name, step: this.#heard(message, user.name) })),
    )
  }

  #heard(message: Message, by: string): Hears {
    const { from } = message
    return { kind: 'hears', from, ...(by !== this.#speaker && { to: by }), expected: textOf(message) }
  }

  /** The step, with the state in which the bot is. */
  asItIs(step: IsIn): IsIn {
    return { ...step, state: this.#bot(step).stateIn(this.#where) }
  }

  #bot({ bot }: IsIn): SceneBot {
    return bot === undefined ? this.#chat.bot : this.#chat.botCalled(bot)
  }

  /** The conversation in which somebody spoke last. */
  get #where(): Where {
    if (this.#speaker === undefined) return {}
    const room = this.#chat.user(this.#speaker).spokeInRoom
    return room === undefined ? { with: this.#speaker } : { room }
  }
}

/** Who hears what is said before anybody has spoken. */
const usual = 'ana'
