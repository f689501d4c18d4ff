import type { LetterListener, Letters, MembersNews, Peers } from '../../src/peers/port.js'
import { PostOffice } from '../../src/peers/post-office.js'

/** A node of `peersInMemory`. */
export interface TestPeers extends Peers {
  /** It is gone without a word, or taken for gone: nothing that it writes arrives, and nothing reaches it. */
  die(): void
  /** Letters from and to it are lost from now on, without anybody being told. */
  cutOff(): void
  /** It is back, and hears and is heard again: all are told that they may have missed something. */
  rejoin(): void
}

/** Nodes of one server in one process. Letters arrive in a later turn of the event loop, in their order, as copies. */
export const peersInMemory = (): { join(node?: string): TestPeers } => {
  const nodes = new Map<string, MemoryPeers>()
  return {
    join(node = `node-${nodes.size + 1}`) {
      const peers = new MemoryPeers(node, nodes)
      for (const other of nodes.values()) other.changed({ joined: [node], left: [] })
      nodes.set(node, peers)
      return peers
    },
  }
}

class MemoryPeers implements TestPeers {
  readonly #office = new PostOffice()
  readonly #watchers = new Set<(news: MembersNews) => void>()
  #isCutOff = false

  constructor(
    readonly node: string,
    private readonly nodes: Map<string, MemoryPeers>,
  ) {}

  get members(): readonly string[] {
    return [...this.nodes.keys()]
  }

  async look(): Promise<readonly string[]> {
    return this.members
  }

  async isAlive(node: string): Promise<boolean> {
    return this.nodes.has(node)
  }

  onChange(listener: (news: MembersNews) => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  open<T>(kind: string, listener: LetterListener<T>): Letters<T> {
    const close = this.#office.open(kind, listener)
    return {
      send: (to, letter) => this.#post(this.nodes.get(to), kind, letter),
      tell: (letter) => {
        for (const other of this.nodes.values()) if (other !== this) this.#post(other, kind, letter)
      },
      close,
    }
  }

  die(): void {
    this.#isCutOff = true
    this.nodes.delete(this.node)
    for (const other of this.nodes.values()) other.changed({ joined: [], left: [this.node] })
  }

  cutOff(): void {
    this.#isCutOff = true
  }

  rejoin(): void {
    this.#isCutOff = false
    if (!this.nodes.has(this.node)) {
      for (const other of this.nodes.values()) other.changed({ joined: [this.node], left: [] })
      this.nodes.set(this.node, this)
    }
    for (const each of this.nodes.values()) each.#office.missed()
  }

  changed(news: MembersNews): void {
    for (const watcher of [...this.#watchers]) watcher(news)
  }

  #post(to: MemoryPeers | undefined, kind: string, letter: unknown): void {
    if (!to || this.#isCutOff) return
    const copy = structuredClone(letter)
    setImmediate(() => to.#hear(kind, copy, this.node))
  }

  #hear(kind: string, letter: unknown, from: string): void {
    if (!this.#isCutOff) this.#office.deliver(kind, letter, from)
  }
}
