import type { SessionName } from '../../identity.js'
import type { Subscription } from '../../state/sessions/port.js'
import { keyOf } from '../key-of.js'
import type { Router } from '../router.js'
import type { ConnectedNote } from './letters.js'
import { RemoteSession, type WayToNode } from './remote-session.js'

/** The sessions that other nodes have, with their subscriptions in the routers of this one. */
export class RemoteSessions {
  readonly #all = new Map<string, RemoteSession>()
  /** By node, and then by the number that it has given them. */
  readonly #byNode = new Map<string, Map<number, RemoteSession>>()

  constructor(
    private readonly way: WayToNode,
    private readonly router: (vendor: string) => Router | undefined,
  ) {}

  fenceOf(name: SessionName): number | undefined {
    return this.#all.get(keyOf(name))?.fence
  }

  /** It takes the place of what was known under its name. */
  connected(note: ConnectedNote, node: string): void {
    this.remove(note.name)
    const remote = new RemoteSession(note, node, this.way)
    this.#all.set(keyOf(note.name), remote)
    const ofNode = this.#byNode.get(node) ?? new Map<number, RemoteSession>()
    this.#byNode.set(node, ofNode.set(note.number, remote))
    for (const subscription of note.subscriptions) this.#add(remote, subscription)
  }

  subscribed(node: string, number: number, subscription: Subscription): void {
    const remote = this.#find(node, number)
    if (remote) this.#add(remote, subscription)
  }

  unsubscribed(node: string, number: number, filter: string): void {
    const remote = this.#find(node, number)
    if (remote) this.#leave(remote, filter)
  }

  remove(name: SessionName): void {
    const key = keyOf(name)
    const remote = this.#all.get(key)
    if (!remote) return
    this.#all.delete(key)
    const ofNode = this.#byNode.get(remote.node)
    if (ofNode?.get(remote.number) === remote) ofNode.delete(remote.number)
    for (const filter of [...remote.subscribers.keys()]) this.#leave(remote, filter)
  }

  /**
   * The node is gone, and with it the sessions that end with their connections. For the others, what waits in the store goes on
   * waiting there, until somebody says what became of the session.
   */
  lose(node: string): void {
    const remotes = [...(this.#byNode.get(node)?.values() ?? [])]
    this.#byNode.delete(node)
    for (const remote of remotes) {
      if (remote.persistent) remote.isLost = true
      else this.remove(remote.name)
    }
  }

  #find(node: string, number: number): RemoteSession | undefined {
    const remote = this.#byNode.get(node)?.get(number)
    return remote?.isLost ? undefined : remote
  }

  #add(remote: RemoteSession, subscription: Subscription): void {
    const earlier = remote.subscribers.get(subscription.filter)
    const subscriber = { receiver: remote, subscription }
    const router = this.router(remote.name.vendor)
    remote.subscribers.set(subscription.filter, subscriber)
    router?.add(subscriber)
    if (earlier) router?.remove(earlier)
  }

  #leave(remote: RemoteSession, filter: string): void {
    const subscriber = remote.subscribers.get(filter)
    if (subscriber) this.router(remote.name.vendor)?.remove(subscriber)
    remote.subscribers.delete(filter)
  }
}
