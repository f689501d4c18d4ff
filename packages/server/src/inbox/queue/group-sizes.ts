import type { Letters, Peers } from '../../peers/port.js'
import { keyOf } from './key-of.js'
import type { QueueName } from './port.js'
import type { QueueLetter } from './queue-letters.js'

/** How many connections take part in the groups of other nodes, as these tell it. */
export class GroupSizes {
  readonly #sizes = new Map<string, { node: string; connections: number }>()

  constructor(
    private readonly peers: Pick<Peers, 'members'>,
    private readonly letters: Letters<QueueLetter>,
  ) {}

  /** 0 where no node has told of any. */
  elsewhere(name: QueueName): number {
    return this.#sizes.get(keyOf(name))?.connections ?? 0
  }

  /** So many take part in a group of this node. */
  tell(name: QueueName, connections: number): void {
    if (this.peers.members.length > 1) this.letters.tell({ kind: 'size', name, connections })
  }

  learn({ name, connections }: QueueLetter & { kind: 'size' }, node: string): void {
    const key = keyOf(name)
    if (connections > 0) this.#sizes.set(key, { node, connections })
    else if (this.#sizes.get(key)?.node === node) this.#sizes.delete(key)
  }

  lost(node: string): void {
    for (const [key, { node: owner }] of this.#sizes) if (owner === node) this.#sizes.delete(key)
  }
}
