import { textOf } from '../failure/text-of.js'
import type { SceneBot } from '../scene/bot.js'
import type { SceneChat } from '../scene/scene-chat.js'
import type { Hears, IsIn, Step } from './line.js'

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
        this.#speaker = step.who
        return this.#chat.user(step.who).says(step.text)
      case 'hears':
        await this.#chat.user(step.to ?? this.#speaker ?? usual).toHear(step.expected, { from: step.from })
        return
      case 'advances':
        return this.#chat.advance(step.duration)
      case 'is in':
        return this.#bot(step).toBeInState(step.state, this.#withSpeaker)
      case 'restarts':
        return this.#chat.restartBot(step.bot)
      case 'remark':
    }
  }

  /** What has been said and was not heard, as steps. From now on it was heard. Hand-overs are in it where they are expected. */
  takeHeard(expected: readonly Hears[]): Hears[] {
    const texts = expected.map((hears) => hears.expected)
    return this.#chat.users.flatMap((user) =>
      user.takeUnheard(texts).map((message) => ({
        kind: 'hears' as const,
        from: message.from,
        ...(user.name !== this.#speaker && { to: user.name }),
        expected: textOf(message),
      })),
    )
  }

  /** The step, with the state in which the bot is. */
  asItIs(step: IsIn): IsIn {
    return { ...step, state: this.#bot(step).stateWith(this.#speaker) }
  }

  #bot({ bot }: IsIn): SceneBot {
    return bot === undefined ? this.#chat.bot : this.#chat.botCalled(bot)
  }

  get #withSpeaker(): { with?: string } {
    return this.#speaker === undefined ? {} : { with: this.#speaker }
  }
}

/** Who hears what is said before anybody has spoken. */
const usual = 'ana'
