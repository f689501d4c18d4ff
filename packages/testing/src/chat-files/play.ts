import type { Message } from '@daakia/client-sdk'
import type { Where } from '../chat.js'
import { heardNothingYet } from '../failure/problems.js'
import { textOf } from '../failure/text-of.js'
import type { SceneBot } from '../scene/bot.js'
import type { SceneDevice } from '../scene/device.js'
import type { SceneChat } from '../scene/scene-chat.js'
import type { SceneUser } from '../scene/user.js'
import type { Hears, IsIn, Person, PersonsStep, Place, Says, Step } from './line.js'
import { sayingOf } from './saying.js'
import { msOf } from './times.js'
import { writtenStep } from './write.js'

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
  /** Who spoke last, on which device. */
  #speaker: Person | undefined

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
        return this.#hears(step)
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

  async #hears(step: Hears): Promise<void> {
    const { scene } = this.#chat
    const listener = this.#listener(step)
    const { name, person } = listener
    await scene.rest('')
    if (scene.isSilentFor(person)) {
      const begin: Says = { kind: 'says', who: person, ...roomIn(scene.roomsOf(person)), text: 'hello' }
      throw scene.failure(heardNothingYet(name, [step.expected], `"${writtenStep(begin)}"`), '')
    }
    await listener.toHear(step.expected, { from: step.from })
  }

  #does(step: PersonsStep): Promise<void> {
    const person = this.#deviceOf(step)
    this.#speaker = step
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

  /** Who is named; else who spoke last, where they did. */
  #listener({ to, device }: Hears): SceneDevice {
    if (to === undefined) return this.#deviceOf(this.#speaker ?? { who: usual })
    return this.#deviceOf({ who: to, ...(device !== undefined && { device }) })
  }

  #deviceOf({ who, device }: Person): SceneDevice {
    const user = this.#chat.user(who)
    return device === undefined ? user : user.device(device)
  }

  /**
   * What has been said and was not heard, each message once. From now on it was heard, on the device that is expected to:
   * by default where its person spoke last. Hand-overs are in it where they are expected.
   */
  takeHeard(expected: readonly Hears[]): Heard[] {
    const expecting = expected.filter(({ device }) => device !== undefined).map((hears) => this.#listener(hears))
    const listeners = [...expecting, ...this.#chat.users.map((user) => this.#usualOf(user))]
    const textsTo = (device: SceneDevice) =>
      expected.filter((hears) => this.#listener(hears) === device).map((hears) => hears.expected)
    return [...new Set(listeners)].flatMap((device) =>
      device.takeUnheard(textsTo(device)).map((message) => this.#heard(message, device)),
    )
  }

  /** Where a person hears what is said to them: where they spoke last, if they were the last to speak. */
  #usualOf(user: SceneUser): SceneDevice {
    return this.#speaker?.who === user.name ? this.#deviceOf(this.#speaker) : user
  }

  #heard(message: Message, by: SceneDevice): Heard {
    const { from } = message
    const isOfSpeaker = this.#speaker !== undefined && by === this.#deviceOf(this.#speaker)
    const device = by.deviceName === undefined ? {} : { device: by.deviceName }
    const whom = isOfSpeaker ? {} : { to: by.person, ...device }
    return { message, to: by.person, step: { kind: 'hears', from, ...whom, expected: textOf(message) } }
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
    const room = this.#deviceOf(this.#speaker).spokeInRoom
    return room === undefined ? { with: this.#speaker.who } : { room }
  }
}

const roomIn = ([room]: readonly string[]): Place => (room === undefined ? {} : { room })

/** Who hears what is said before anybody has spoken. */
const usual = 'ana'
