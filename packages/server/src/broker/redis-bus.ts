import type { RedisLink } from '../redis/link.js'
import { Listeners } from './listeners.js'
import { packNews, unpackNews } from './packed-news.js'
import type { Bus, BusNews } from './port.js'

export interface RedisBusOptions {
  link: RedisLink
  /** What no other node is called. */
  node: string
}

const missed: BusNews = { kind: 'missed' }

/** So many news go in one message at most. */
const together = 1_000

/**
 * News between nodes, over what Redis publishes. Those of one turn of the event loop go in one message: what is said costs a
 * node little more for each of several news than for one. A message begins with who has published it, so that a node passes
 * over its own, which its listeners have heard, without reading it.
 */
export class RedisBus implements Bus {
  readonly #link: RedisLink
  readonly #listeners = new Listeners()
  readonly #channel: string
  readonly #sender: Buffer
  #waiting: BusNews[] = []
  readonly #stops: (() => void)[] = []
  /** Something of this node did not reach the others. */
  #owes = false

  /**
   * Resolves when it hears what other nodes publish.
   *
   * @throws {RedisError}
   */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options)
    const { link } = options
    const stop = await link.subscribe(bus.#channel, {
      hear: (message) => bus.#hear(message),
      missed: () => bus.#missed(),
    })
    // Who was reading when Redis went away has to begin again.
    bus.#stops.push(
      stop,
      link.onBack(() => bus.#listeners.tell(missed)),
    )
    return bus
  }

  private constructor({ link, node }: RedisBusOptions) {
    this.#link = link
    this.#channel = `${link.prefix}news`
    this.#sender = Buffer.from(`${node}\n`)
  }

  publish(news: BusNews): void {
    if (this.#waiting.push(news) === 1) setImmediate(() => this.#flush())
    this.#listeners.tell(news)
  }

  subscribe(listener: (news: BusNews) => void): () => void {
    return this.#listeners.add(listener)
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let next = 0; next < waiting.length; next += together) this.#send(waiting.slice(next, next + together))
  }

  #send(news: readonly BusNews[]): void {
    const sent: readonly BusNews[] = this.#owes ? [missed, ...news] : news
    this.#owes = false
    this.#link.publish(this.#channel, Buffer.concat([this.#sender, packNews(sent)])).catch(() => {
      this.#owes = true
    })
  }

  #hear(message: Buffer): void {
    if (message.subarray(0, this.#sender.length).equals(this.#sender)) return
    for (const each of unpackNews(message.subarray(message.indexOf('\n') + 1))) this.#listeners.tell(each)
  }

  /** The way to the others is the way from them: where one was lost, so was the other. */
  #missed(): void {
    if (this.#owes) this.#send([])
    // Where what was missed can't be read yet, they are told when it can.
    if (this.#link.isUp) this.#listeners.tell(missed)
  }
}
