import { Route } from './route.js'
import type { Subscriber } from './subscriber.js'

/** A shared subscription (MQTT 5, 4.8.2): each message goes to one of its members, in turn. */
export class ShareGroup {
  readonly #members = new Map<Subscriber, Route>()
  #order: Route[] = []
  #next = 0

  get empty(): boolean {
    return this.#members.size === 0
  }

  add(member: Subscriber): void {
    this.#members.set(member, new Route([member]))
    this.#order = [...this.#members.values()]
  }

  remove(member: Subscriber): void {
    this.#members.delete(member)
    this.#order = [...this.#members.values()]
  }

  /** The next member that reads what it is sent; else one that is connected; else one whose messages are kept. */
  pick(): Route | undefined {
    return (
      this.#find(({ receiver }) => receiver.connected && !receiver.behind) ??
      this.#find(({ receiver }) => receiver.connected) ??
      this.#find(({ receiver }) => receiver.persistent)
    )
  }

  #find(fits: (route: Route) => boolean): Route | undefined {
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
