import { parseShare } from '@daakia/protocol/mqtt'
import { type Audience, audienceOf } from './audience.js'
import { ShareGroup } from './share-group.js'
import type { Subscriber } from './subscriber.js'
import { TopicTrie } from './topic-trie.js'

/** The topics of one vendor, and who subscribes to them. */
export class Router {
  readonly #trie = new TopicTrie<Subscriber | ShareGroup, Audience>(audienceOf)
  /** By the whole of `$share/{group}/{filter}`. */
  readonly #groups = new Map<string, ShareGroup>()

  audience(topic: string): Audience {
    return this.#trie.match(topic)
  }

  /** The members of a shared subscription, by the whole of its filter. */
  shareGroup(filter: string): ShareGroup | undefined {
    return this.#groups.get(filter)
  }

  add(subscriber: Subscriber): void {
    const { filter } = subscriber.subscription
    const share = parseShare(filter)
    if (typeof share === 'object') this.#group(filter, share.filter).add(subscriber)
    else this.#trie.add(filter, subscriber)
  }

  remove(subscriber: Subscriber): void {
    const { filter } = subscriber.subscription
    const share = parseShare(filter)
    if (typeof share === 'object') this.#leave(filter, share.filter, subscriber)
    else this.#trie.remove(filter, subscriber)
  }

  #leave(name: string, filter: string, subscriber: Subscriber): void {
    const group = this.#groups.get(name)
    group?.remove(subscriber)
    if (!group?.empty) return
    this.#groups.delete(name)
    this.#trie.remove(filter, group)
  }

  #group(name: string, filter: string): ShareGroup {
    const known = this.#groups.get(name)
    if (known) return known
    const group = new ShareGroup()
    this.#groups.set(name, group)
    this.#trie.add(filter, group)
    return group
  }
}
