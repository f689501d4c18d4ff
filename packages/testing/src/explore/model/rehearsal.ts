import type { RefusedEvent, Step } from '@daakia/bot-sdk/internal'
import type { Message, Saying } from '@daakia/client-sdk'
import { write } from '@daakia/client-sdk/internal'
import { type Envelope, isPlainText, toEnvelope } from '@daakia/protocol'
import { faultsOf, filled, formOf } from '../../scene/acts/filling.js'
import { pressableCalled, pressablesOf } from '../../scene/acts/pressing.js'
import { isTalk } from '../../scene/talk.js'
import type { Person } from '../options.js'
import type { LastSeen } from '../search/places.js'
import type { BotModel } from './bot-model.js'
import type { Script } from './outcomes.js'
import type { Situation } from './situation.js'

/** Nobody can do that as things are: nothing of that name can be pressed, or no form was shown. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}

/** What a person does, from one situation, and what the bot does about it. */
export class Rehearsal implements Person {
  readonly #model: BotModel
  readonly #script: Script
  readonly steps: Step[] = []
  readonly seen: LastSeen[] = []
  readonly refused: RefusedEvent[] = []
  readonly said: Message[] = []
  /** What the person did, for people to read. */
  readonly acts: string[] = []
  failure: string | undefined
  /** How long it was quiet before the bot was given what was said, milliseconds. */
  quietMs = 0
  hangs = false
  situation: Situation

  constructor(model: BotModel, situation: Situation, script: Script) {
    this.#model = model
    this.#script = script
    this.situation = situation
  }

  get name(): string {
    return this.#model.between.client
  }

  says(saying: Saying): Promise<void> {
    return this.#hear(saying, `says ${typeof saying === 'string' ? JSON.stringify(saying) : describedSaying(saying)}`)
  }

  async presses(choice: string | number | boolean): Promise<void> {
    const offer = this.situation.unanswered.findLast((message) => pressablesOf(message).length > 0)
    const saying = offer && pressableCalled(pressablesOf(offer), choice)?.saying
    if (!saying) throw new Impossible()
    await this.#hear(saying, `presses ${JSON.stringify(choice)}`)
  }

  async fills(values: Readonly<Record<string, unknown>>): Promise<void> {
    const asked = this.situation.unanswered.findLast((message) => formOf(message) !== undefined)
    const form = asked && formOf(asked)
    if (!form || faultsOf(form, values).length > 0) throw new Impossible()
    await this.#hear(filled(form, asked.seq, values), `fills ${JSON.stringify(values)}`)
  }

  /** Time passes until the next timer fires; answers how much. */
  async waits(): Promise<number> {
    const { timers, now } = this.situation
    const due = Math.min(...timers.map((timer) => timer.due))
    this.situation = { ...this.situation, now: Math.max(now, due) }
    await this.#turn()
    return Math.max(0, due - now)
  }

  async #hear(saying: Saying, act: string): Promise<void> {
    this.acts.push(act)
    const { head, now, pending, quietMs } = this.situation
    const message = this.#envelope(saying, head + 1, now)
    this.quietMs += quietMs
    const said = { head: head + 1, pending: [...pending, message], unanswered: [] }
    this.situation = { ...this.situation, ...said, now: now + quietMs }
    await this.#turn()
  }

  #envelope(saying: Saying, seq: number, at: number): Envelope {
    const { type, payload, contentType, plain, text } = write(saying)
    const isRead = plain === text && isPlainText({ type, ...(contentType !== undefined && { contentType }) })
    return toEnvelope({
      ...{ seq, id: `m${seq}`, from: this.name, at, type, payload },
      ...(contentType !== undefined && { contentType }),
      ...(plain !== undefined && !isRead && { plain }),
    })
  }

  async #turn(): Promise<void> {
    const { situation, steps, seen, refused, said, failure, hangs } = await this.#model.turn(
      this.situation,
      this.#script,
    )
    this.situation = situation
    this.steps.push(...steps)
    this.seen.push(...seen)
    this.refused.push(...refused)
    this.said.push(...said.filter((message) => isTalk(message) && message.type !== 'event'))
    this.failure ??= failure
    this.hangs = hangs
  }
}

const describedSaying = ({ type, body }: Exclude<Saying, string>): string =>
  body === undefined ? `a message of type ${type}` : `${type} ${JSON.stringify(body)}`
