import type { Message } from '@daakia/client-sdk'
import type { CallSite } from '../failure/call-site.js'
import type { Problem } from '../failure/conversation-failure.js'
import { nearestTo } from '../failure/nearest.js'
import { brokeSilence, heardFromOther, heardNothing, heardOther, heardOthers, nearText } from '../failure/problems.js'
import { paired } from './acts/in-any-order.js'
import { fits } from './fits.js'
import type { Scene } from './scene.js'

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
    return this.#unheard
  }

  /** What fails the test where it ends now. */
  get missed(): readonly Message[] {
    return this.#ignoresTheRest ? [] : this.#unheard
  }

  ignoreTheRest(): void {
    this.#ignoresTheRest = true
  }

  /** The next messages, which are heard from now on. */
  take(count: number): readonly Message[] {
    const taken = this.#unheard.splice(0, count)
    this.#heard.push(...taken)
    return taken
  }

  async hear(expected: Expected, { from }: { from?: string }, site: CallSite): Promise<Message> {
    await this.#scene.rest(site)
    const [message] = this.#unheard
    if (!message || !fits(message, expected)) throw this.#scene.failure(this.#otherThan(expected, message), site)
    if (from !== undefined && from !== message.from)
      throw this.#scene.failure(heardFromOther(this.#name, from, message), site)
    this.take(1)
    return message
  }

  async hearInAnyOrder(expected: readonly Expected[], site: CallSite): Promise<readonly Message[]> {
    await this.#scene.rest(site)
    const next = this.#unheard.slice(0, expected.length)
    const heard = paired(expected, next)
    if (heard.includes(undefined)) {
      const missing = expected.filter((_, index) => !heard[index])
      const others = next.filter((message) => !heard.includes(message))
      throw this.#scene.failure(heardOthers(this.#name, missing, others), site)
    }
    this.take(expected.length)
    return heard as Message[]
  }

  async hearNothing(ms: number, site: CallSite): Promise<void> {
    await this.#scene.pass(ms, site, { until: () => this.#unheard.length > 0 })
    const [message] = this.#unheard
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
    const [next, ...later] = this.#unheard
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
