import type { Message } from '@daakia/client-sdk'
import type { CallSite } from '../failure/call-site.js'
import type { Problem } from '../failure/conversation-failure.js'
import { nearestTo } from '../failure/nearest.js'
import { brokeSilence, heardFromOther, heardNothing, heardOther, heardOthers, nearText } from '../failure/problems.js'
import { paired } from './acts/in-any-order.js'
import { fits } from './fits.js'
import type { Scene } from './scene.js'
import { isTalk } from './talk.js'

type Expected = string | RegExp

/** What a person was told, and how much of it the test has heard. */
export class Ears {
  readonly #name: string
  readonly #scene: Scene
  readonly #unheard: Message[] = []
  readonly #heard: Message[] = []
  #ignoresTheRest = false

  /** @param name whose they are */
  constructor(name: string, scene: Scene) {
    this.#name = name
    this.#scene = scene
  }

  receive(message: Message): void {
    this.#unheard.push(message)
  }

  get heard(): readonly Message[] {
    return this.#heard
  }

  get unheard(): readonly Message[] {
    return this.#unheard.filter(isTalk)
  }

  /** What fails the test where it ends now. */
  get missed(): readonly Message[] {
    return this.#ignoresTheRest ? [] : this.unheard
  }

  ignoreTheRest(): void {
    this.#ignoresTheRest = true
  }

  /** All that was not heard, from now on it was. Entries that tell of a hand-over are among it where they are expected. */
  takeAll(expected: readonly Expected[]): readonly Message[] {
    const all = this.#unheard.splice(0)
    this.#heard.push(...all)
    return all.filter((message) => isTalk(message) || expected.some((each) => fits(message, each)))
  }

  /** These are heard, and what came before them is passed over. */
  #take(messages: readonly Message[]): void {
    const last = Math.max(...messages.map((message) => this.#unheard.indexOf(message)))
    this.#heard.push(...this.#unheard.splice(0, last + 1))
  }

  /** The next message; or an entry before it that tells of a hand-over, where only that is as expected. */
  #next(expected: Expected): Message | undefined {
    const index = this.#unheard.findIndex(isTalk)
    const talk = this.#unheard[index]
    if (talk && fits(talk, expected)) return talk
    const before = index < 0 ? this.#unheard : this.#unheard.slice(0, index)
    return before.find((message) => fits(message, expected)) ?? talk
  }

  async hear(expected: Expected, { from }: { from?: string }, site: CallSite): Promise<Message> {
    await this.#scene.rest(site)
    const message = this.#next(expected)
    if (!message || !fits(message, expected)) throw this.#scene.failure(this.#otherThan(expected, message), site)
    if (from !== undefined && from !== message.from)
      throw this.#scene.failure(heardFromOther(this.#name, from, message), site)
    this.#take([message])
    return message
  }

  async hearInAnyOrder(expected: readonly Expected[], site: CallSite): Promise<readonly Message[]> {
    await this.#scene.rest(site)
    const next = this.unheard.slice(0, expected.length)
    // Where a test expects hand-overs, they are among what comes next.
    const [heard = []] = [next, this.#unheard.slice(0, expected.length)]
      .map((messages) => paired(expected, messages))
      .sort((one, other) => Number(one.includes(undefined)) - Number(other.includes(undefined)))
    if (heard.includes(undefined)) {
      const missing = expected.filter((_, index) => !heard[index])
      const others = next.filter((message) => !heard.includes(message))
      throw this.#scene.failure(heardOthers(this.#name, missing, others), site)
    }
    this.#take(heard as Message[])
    return heard as Message[]
  }

  async hearNothing(ms: number, site: CallSite): Promise<void> {
    await this.#scene.pass(ms, site, { until: () => this.unheard.length > 0 })
    const [message] = this.unheard
    if (!message) return
    const at = this.#scene.elapsedAt(message.at)
    throw this.#scene.failure(brokeSilence(this.#name, ms, message, at), site)
  }

  #otherThan(expected: Expected, next: Message | undefined): Problem {
    const nearest = this.#nearestTo(expected)
    if (!next) return heardNothing(this.#name, expected, { next: this.#scene.nextDue, nearest })
    return heardOther(this.#name, expected, next, nearest)
  }

  /** Of all that was said, what is most like what was expected, where the next message is not. */
  #nearestTo(expected: Expected): string | undefined {
    const [next, ...later] = this.unheard
    const toOthers = [...this.#scene.users.values()]
      .filter(({ name }) => name !== this.#name)
      .flatMap(({ heard, unheard }) => [...heard, ...unheard])
    const nearest = nearestTo(expected, [...this.#unheard, ...this.#heard.toReversed(), ...toOthers])
    if (!nearest || nearest === next) return undefined
    if (later.includes(nearest)) return nearText(nearest, 'comes later')
    const at = this.#scene.elapsedAt(nearest.at)
    const where = this.#heard.includes(nearest) ? 'was heard before' : `was said in ${nearest.conversation}`
    return nearText(nearest, `${where}, at ${at}`)
  }
}
