import { Packr } from 'msgpackr'
import type { RedisLink } from '../redis/link.js'
import type { Nodes } from '../redis/nodes/nodes.js'
import type { LetterListener, Letters, MembersNews, Peers } from './port.js'
import { PostOffice } from './post-office.js'

export interface RedisPeersOptions {
  link: RedisLink
  nodes: Nodes
}

type Letter = readonly [kind: string, letter: unknown]

/** Letters that go in one message, all to the same channel. */
interface Parcel {
  channel: string
  letters: Letter[]
}

/** So many letters go in one message at most. */
const together = 1_000
/** Says to all that letters of this node were lost. */
const lost: Letter = ['', undefined]

/**
 * Nodes that write to each other over what Redis publishes: each hears a channel of its own, and one for all. What is
 * written within one turn of the event loop goes together, and in its order, for all of it takes the same connection.
 */
export class RedisPeers implements Peers {
  readonly #link: RedisLink
  readonly #nodes: Nodes
  readonly #office = new PostOffice()
  readonly #all: string
  readonly #sender: Buffer
  readonly #packr = new Packr({ useRecords: false })
  readonly #stops: (() => void)[] = []
  #waiting: Parcel[] = []
  /** Something of this node did not reach others. */
  #owes = false

  /**
   * Resolves when it hears what other nodes write.
   *
   * @throws {RedisError}
   */
  static async open(options: RedisPeersOptions): Promise<RedisPeers> {
    const peers = new RedisPeers(options)
    const { link, nodes } = options
    const hear = (message: Buffer) => peers.#hear(message)
    peers.#stops.push(
      await link.subscribe(peers.#all, { hear, missed: () => peers.#missed() }),
      // Both are lost together, and one word about it is enough.
      await link.subscribe(peers.#channelOf(nodes.node), { hear, missed: () => {} }),
      nodes.onLapse(() => peers.#missed()),
    )
    return peers
  }

  private constructor({ link, nodes }: RedisPeersOptions) {
    this.#link = link
    this.#nodes = nodes
    this.#all = `${link.prefix}peers`
    this.#sender = Buffer.from(`${nodes.node}\n`)
  }

  get node(): string {
    return this.#nodes.node
  }

  get members(): readonly string[] {
    return this.#nodes.members
  }

  look(): Promise<readonly string[]> {
    return this.#nodes.look()
  }

  isAlive(node: string): Promise<boolean> {
    return this.#nodes.isAlive(node)
  }

  onChange(listener: (news: MembersNews) => void): () => void {
    return this.#nodes.onChange(listener)
  }

  open<T>(kind: string, listener: LetterListener<T>): Letters<T> {
    const close = this.#office.open(kind, listener)
    return {
      send: (to, letter) => this.#put(this.#channelOf(to), [kind, letter]),
      tell: (letter) => this.#put(this.#all, [kind, letter]),
      close,
    }
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #put(channel: string, letter: Letter): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush())
    const last = this.#waiting.at(-1)
    if (last?.channel === channel && last.letters.length < together) last.letters.push(letter)
    else this.#waiting.push({ channel, letters: [letter] })
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (this.#owes) waiting.unshift({ channel: this.#all, letters: [lost] })
    this.#owes = false
    for (const parcel of waiting) this.#send(parcel)
  }

  #send({ channel, letters }: Parcel): void {
    this.#link.publish(channel, Buffer.concat([this.#sender, this.#packr.pack(letters)])).catch(() => {
      this.#owes = true
    })
  }

  #hear(message: Buffer): void {
    if (message.subarray(0, this.#sender.length).equals(this.#sender)) return
    const end = message.indexOf('\n')
    const from = message.toString('utf8', 0, end)
    for (const [kind, letter] of this.#packr.unpack(message.subarray(end + 1)) as Letter[]) {
      if (kind === lost[0]) this.#office.missed()
      else this.#office.deliver(kind, letter, from)
    }
  }

  /** The way to the others is the way from them: where one was lost, so was the other. */
  #missed(): void {
    this.#put(this.#all, lost)
    this.#office.missed()
  }

  #channelOf(node: string): string {
    return `${this.#link.prefix}peer:${node}`
  }
}
