import type { Message } from '@daakia/client-sdk'
import type { CallSite } from '../failure/call-site.js'
import type { Problem } from '../failure/conversation-failure.js'
import { nearestTo } from '../failure/nearest.js'
import {
  brokeSilence,
  heardFromOther,
  heardNothing,
  heardNothingYet,
  heardOther,
  heardOthers,
  nearText,
} from '../failure/problems.js'
import type { FaultyLine } from '../faults/lines/faulty-line.js'
import { paired } from './acts/in-any-order.js'
import { fits } from './fits.js'
import type { Hearing } from './hearing.js'
import type { Scene } from './scene.js'
import { isTalk } from './talk.js'

type Expected = string | RegExp

/** Whose ears they are. */
export interface Listener {
  /** The device, as failures name it. */
  name: string
  /** As a test calls it. */
  call: string
  /** The person's id. */
  person: string
  /** What the person has heard on any device. */
  hearing: Hearing
  /** Of the device. */
  line: FaultyLine
}

/** What a person was told on one device, and how much of it the test has heard there. */
export class Ears {
  readonly #name: string
  readonly #call: string
  readonly #person: string
  readonly #hearing: Hearing
  readonly #line: FaultyLine
  readonly #scene: Scene
  readonly #unheard: Message[] = []
  readonly #heard: Message[] = []

  constructor({ name, call, person, hearing, line }: Listener, scene: Scene) {
    this.#name = name
    this.#call = call
    this.#person = person
    this.#hearing = hearing
    this.#line = line
    this.#scene = scene
  }

  receive(message: Message): void {
    this.#unheard.push(message)
  }

  /** It was said on this device. */
  forget({ conversation, seq }: Message): void {
    const index = this.#unheard.findIndex((each) => each.conversation === conversation && each.seq === seq)
    if (index >= 0) this.#unheard.splice(index, 1)
  }

  get heard(): readonly Message[] {
    return this.#heard
  }

  get unheard(): readonly Message[] {
    return this.#unheard.filter(this.#isOpen)
  }

  /** What a test has to hear: what tells of a hand-over, what the person says or has heard on another device is passed over. */
  readonly #isOpen = (message: Message): boolean =>
    isTalk(message) && message.from !== this.#person && !this.#hearing.has(message)

  /** All that was not heard, from now on it was. What may be passed over is among it where it is expected. */
  takeAll(expected: readonly Expected[]): readonly Message[] {
    const all = this.#unheard.filter((message) => this.#isOpen(message) || expected.some((each) => fits(message, each)))
    this.#hear(this.#unheard.length)
    return all
  }

  /** These are heard, and what came before them is passed over. */
  #take(messages: readonly Message[]): void {
    this.#hear(Math.max(...messages.map((message) => this.#unheard.indexOf(message))) + 1)
  }

  #hear(count: number): void {
    const heard = this.#unheard.splice(0, count)
    this.#heard.push(...heard)
    for (const message of heard) this.#hearing.note(message)
  }

  /** The next message; or one before it that may be passed over, where only that is as expected. */
  #next(expected: Expected): Message | undefined {
    const index = this.#unheard.findIndex(this.#isOpen)
    const talk = this.#unheard[index]
    if (talk && fits(talk, expected)) return talk
    const before = index < 0 ? this.#unheard : this.#unheard.slice(0, index)
    return before.find((message) => fits(message, expected)) ?? talk
  }

  async hear(expected: Expected, { from }: { from?: string }, site: CallSite): Promise<Message> {
    await this.#scene.rest(site)
    const message = this.#next(expected)
    if (!message) this.#failWhereSilent([expected], site)
    if (!message || !fits(message, expected)) throw this.#scene.failure(this.#otherThan(expected, message), site)
    if (from !== undefined && from !== message.from)
      throw this.#scene.failure(heardFromOther(this.#name, from, message), site)
    this.#take([message])
    return message
  }

  async hearInAnyOrder(expected: readonly Expected[], site: CallSite): Promise<readonly Message[]> {
    await this.#scene.rest(site)
    const next = this.unheard.slice(0, expected.length)
    const heard = this.#pairedWith(expected, next)
    if (heard.includes(undefined)) {
      this.#failWhereSilent(expected, site)
      const missing = expected.filter((_, index) => !heard[index])
      const others = next.filter((message) => !heard.includes(message))
      throw this.#scene.failure(heardOthers(this.#name, missing, others), site)
    }
    this.#take(heard as Message[])
    return heard as Message[]
  }

  /** With what comes next; where a test expects what may be passed over, with that and fewer of what comes next. */
  #pairedWith(expected: readonly Expected[], next: readonly Message[]): (Message | undefined)[] {
    const withNext = paired(expected, next)
    if (!withNext.includes(undefined)) return withNext
    for (let count = next.length; count >= 0; count--) {
      const others = this.#unheard.slice(0, this.#placeOf(next[count])).filter((message) => !this.#isOpen(message))
      const found = paired(expected, [...next.slice(0, count), ...others])
      const hasAllNext = next.slice(0, count).every((message) => found.includes(message))
      if (hasAllNext && !found.includes(undefined)) return found
    }
    return withNext
  }

  #placeOf(message: Message | undefined): number {
    return message ? this.#unheard.indexOf(message) : this.#unheard.length
  }

  async hearNothing(ms: number, site: CallSite): Promise<void> {
    await this.#scene.pass(ms, site, { until: () => this.unheard.length > 0 })
    const [message] = this.unheard
    if (!message) return
    const at = this.#scene.elapsedAt(message.at)
    throw this.#scene.failure(brokeSilence(this.#name, ms, message, at), site)
  }

  /** Where nobody has spoken, nothing can be heard. */
  #failWhereSilent(expected: readonly Expected[], site: CallSite): void {
    if (!this.#scene.isSilentFor(this.#person)) return
    const [room] = this.#scene.roomsOf(this.#person)
    const begin = `${this.#call}.says('hello'${room === undefined ? '' : `, { room: '${room}' }`})`
    throw this.#scene.failure(heardNothingYet(this.#name, expected, begin), site)
  }

  #otherThan(expected: Expected, next: Message | undefined): Problem {
    const nearest = this.#nearestTo(expected)
    if (!next) return heardNothing(this.#name, expected, { next: this.#scene.outstanding(this.#line), nearest })
    return heardOther(this.#name, expected, next, nearest)
  }

  /** Of all that was said, what is most like what was expected, where the next message is not. */
  #nearestTo(expected: Expected): string | undefined {
    const [next, ...later] = this.unheard
    const toOthers = this.#scene.devices
      .filter(({ person }) => person !== this.#person)
      .flatMap(({ heard, unheard }) => [...heard, ...unheard])
    const nearest = nearestTo(expected, [...this.#unheard, ...this.#heard.toReversed(), ...toOthers])
    if (!nearest || nearest === next) return undefined
    if (later.includes(nearest)) return nearText(nearest, 'comes later')
    const at = this.#scene.elapsedAt(nearest.at)
    const where = this.#heard.includes(nearest) ? 'was heard before' : `was said in ${nearest.conversation}`
    return nearText(nearest, `${where}, at ${at}`)
  }
}
