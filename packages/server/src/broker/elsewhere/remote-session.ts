import type { Principal } from '../../identity.js'
import type { Excess } from '../../limits/port.js'
import type { FanOut } from '../fan-out.js'
import type { FanOutRun } from '../fan-out-run.js'
import type { Receiver, Subscriber, Terms } from '../subscriber.js'
import type { ConnectedNote } from './letters.js'

/** The way to a node that has sessions. */
export interface WayToNode {
  deliver(session: RemoteSession, message: FanOut, terms: Terms): void
  wake(session: RemoteSession): void
  missed(session: RemoteSession, excess: Excess): void
}

/** A session that another node has: what it gets goes there. */
export class RemoteSession implements Receiver {
  readonly name: Principal
  readonly fence: number
  readonly number: number
  readonly persistent: boolean
  readonly subscribers = new Map<string, Subscriber>()
  /** Its node is gone: what is for it waits in the store. */
  isLost = false

  constructor(
    { name, fence, number, persistent }: ConnectedNote,
    readonly node: string,
    private readonly way: WayToNode,
  ) {
    this.name = name
    this.fence = fence
    this.number = number
    this.persistent = persistent
  }

  get isElsewhere(): boolean {
    return true
  }

  get connected(): boolean {
    return !this.isLost
  }

  /** Nobody knows here. */
  get behind(): boolean {
    return false
  }

  deliver(message: FanOut, terms: Terms): void {
    if (!this.isLost) this.way.deliver(this, message, terms)
  }

  forward(run: FanOutRun, terms: Terms): void {
    for (const message of run.messages) this.deliver(message, terms)
  }

  holdBack(): void {}

  missed(excess: Excess): void {
    this.way.missed(this, excess)
  }

  wake(): void {
    if (!this.isLost) this.way.wake(this)
  }
}
