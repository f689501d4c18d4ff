import { heaviest } from '../rendezvous.js'
import { Route } from './route.js'
import type { Subscriber } from './subscriber.js'
import { levelAt } from './topic-levels.js'

/**
 * A shared subscription (MQTT 5, 4.8.2): each message goes to one of its members. They take turns, unless one of them
 * asked that what has the same text at some level of its topic stays with one member: then the group does as the
 * first of its members asked.
 */
export class ShareGroup {
  readonly #members = new Map<Subscriber, Route>()
  #order: Route[] = []
  #next = 0
  #stickyLevel: number | undefined

  get empty(): boolean {
    return this.#members.size === 0
  }

  add(member: Subscriber): void {
    this.#members.set(member, new Route([member]))
    this.#changed()
  }

  remove(member: Subscriber): void {
    this.#members.delete(member)
    this.#changed()
  }

  /** A member that is connected, else one whose messages are kept. */
  pick(topic: string): Route | undefined {
    return this.pickConnected(topic) ?? this.#choose(topic, isKept)
  }

  /** In turn, the next member that reads what it is sent; else one that is connected. */
  pickConnected(topic: string): Route | undefined {
    if (this.#stickyLevel !== undefined) return this.#choose(topic, isConnected)
    return this.#inTurn(reads) ?? this.#inTurn(isConnected)
  }

  #changed(): void {
    this.#order = [...this.#members.values()]
    this.#stickyLevel = undefined
    for (const { subscription } of this.#members.keys()) this.#stickyLevel ??= subscription.sticky
  }

  #choose(topic: string, fits: (route: Route) => boolean): Route | undefined {
    if (this.#stickyLevel === undefined) return this.#inTurn(fits)
    return heaviest(levelAt(topic, this.#stickyLevel), this.#order.filter(fits), nameOf)
  }

  #inTurn(fits: (route: Route) => boolean): Route | undefined {
    const members = this.#order.length
    for (let i = 0; i < members; i++) {
      const at = (this.#next + i) % members
      const route = this.#order[at]
      if (!route || !fits(route)) continue
      this.#next = at + 1
      return route
    }
    return undefined
  }
}

const reads = ({ receiver }: Route): boolean => receiver.connected && !receiver.behind
const isConnected = ({ receiver }: Route): boolean => receiver.connected
const isKept = ({ receiver }: Route): boolean => receiver.persistent

const nameOf = ({ receiver }: Route): string => `${receiver.name.client}\0${receiver.name.connection}`
