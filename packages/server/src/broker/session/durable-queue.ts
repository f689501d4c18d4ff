import type { Clock } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import type { Principal } from '../../identity.js'
import type { Log } from '../../log.js'
import { bidFarewell, logFailure } from '../../not-now.js'
import type { QueuedMessage, Sessions } from '../../state/sessions/port.js'
import { mayReceive } from '../access/ask.js'
import type { Access } from '../access/port.js'
import { countLost, type Losses } from '../lost.js'
import { aged, atLeastAlive, publishOf } from '../message.js'
import type { RoutedMessage } from '../port.js'
import type { Outgoing } from './outgoing.js'
import { countUnsent } from './transmit.js'
import type { Flight, Window } from './window.js'

export interface DurableQueueOptions extends Losses {
  name: Principal
  access: Access
  sessions: Sessions
  link: Link
  window: Window
  clock: Clock
  log: Log
}

type Change = Parameters<Sessions['progress']>[1][number]

const nothing: ReadonlySet<QueuedMessage> = new Set()

/** As many messages are read from the store at once. */
const readAtOnce = 64

/**
 * The queue of a session that outlives its connection: it is in the store, and only what is on its way is in memory.
 * A packet identifier is stored before it is sent, so that after a crash the message is sent again with the same one
 * [MQTT-4.4.0-1].
 */
export class DurableQueue implements Outgoing {
  #place = 0
  #running: Promise<void> | undefined
  /** There may be messages in the store after `place`. */
  #more = true
  /** Sent by an earlier connection, and to be sent once more. */
  #unfinished: QueuedMessage[] = []
  #changes: Change[] = []
  /** Changes of what clients may do; that it was opened is one: who knows what was allowed when its messages came. */
  #rights = 1
  /** As many of them concern no message in the store any more. */
  #settledRights = 0

  constructor(private readonly options: DurableQueueOptions) {}

  /** Reads what an earlier connection left on its way. Called once, before anything is sent. */
  async open(): Promise<void> {
    let batch: readonly QueuedMessage[]
    do {
      batch = await this.options.sessions.queued(this.options.name, this.#place, readAtOnce)
      // They are sent in order, so that those that were sent come first.
      for (const queued of batch) if (queued.packetId !== undefined) await this.#takeUp(queued, queued.packetId)
    } while (batch.length > 0 && batch.at(-1)?.packetId !== undefined)
  }

  async #takeUp(queued: QueuedMessage, packetId: number): Promise<void> {
    this.#place = queued.place + 1
    const allowed = await this.#mayReceive(queued)
    if (!allowed && queued.qos === 1) return this.#withhold([queued])
    this.#unfinished.push(allowed || queued.released ? queued : await this.#release(queued))
    this.options.window.reserve(packetId, this.#flight(queued))
  }

  /** The client may have its message: it is asked to let go of the packet identifier, as if it had said so. */
  async #release(queued: QueuedMessage): Promise<QueuedMessage> {
    countLost(this.options, 'withheld')
    await this.#progress([{ place: queued.place, released: true }])
    return { ...queued, released: true }
  }

  /** The message is in the store already. */
  push(): void {
    this.wake()
  }

  wake(): void {
    this.#more = true
    this.pump()
  }

  /** What clients may do has changed: messages that are in the store by now are asked for once more. */
  rightsChanged(): void {
    this.#rights++
  }

  pump(): void {
    if (this.#hasWork) this.#running ??= this.#run()
  }

  /** Resolves when nothing more is read or written. */
  async settled(): Promise<void> {
    await this.#running
    await this.#writeChanges()
  }

  async #run(): Promise<void> {
    try {
      while (this.#hasWork) {
        this.#resendUnfinished()
        await this.#sendNext()
      }
    } catch (error) {
      const { name, link, log } = this.options
      logFailure(log, { ...name }, error, 'A queue could not be read')
      bidFarewell(link, error)
    } finally {
      this.#running = undefined
    }
  }

  get #hasWork(): boolean {
    return (this.#more || this.#unfinished.length > 0) && this.#room > 0
  }

  get #room(): number {
    const { link, window } = this.options
    return link.full || link.closed ? 0 : window.room
  }

  #resendUnfinished(): void {
    while (this.#room > 0) {
      const queued = this.#unfinished.shift()
      if (!queued) return
      const packetId = queued.packetId ?? 0
      if (!this.options.window.resume(packetId)) continue
      if (queued.released) this.#sendRelease(packetId)
      else this.#sendAgain(queued, packetId)
    }
  }

  async #sendNext(): Promise<void> {
    const { sessions, name } = this.options
    const limit = Math.min(this.#room, readAtOnce)
    if (limit <= 0) return
    this.#more = false
    const rights = this.#rights
    const batch = await sessions.queued(name, this.#place, limit)
    const withheld = rights === this.#settledRights ? nothing : await this.#deniedOf(batch)
    if (withheld.size > 0) await this.#withhold([...withheld])
    const fitting = batch.slice(0, Math.max(0, this.#room))
    if (batch.length === limit || fitting.length < batch.length) this.#more = true
    else this.#settledRights = rights
    await this.#sendBatch(withheld.size > 0 ? fitting.filter((queued) => !withheld.has(queued)) : fitting)
  }

  async #deniedOf(batch: readonly QueuedMessage[]): Promise<ReadonlySet<QueuedMessage>> {
    const allowed = await Promise.all(batch.map((queued) => this.#mayReceive(queued)))
    return new Set(batch.filter((_, i) => !allowed[i]))
  }

  #mayReceive({ message, qos }: QueuedMessage): boolean | Promise<boolean> {
    return mayReceive(this.options.access, this.options.name, message.topic, qos)
  }

  /** Takes out of the store what its receiver may not have any more. */
  #withhold(batch: readonly QueuedMessage[]): Promise<void> {
    countLost(this.options, 'withheld', batch.length)
    return this.#progress(batch.map(({ place }) => ({ place, removed: true })))
  }

  #progress(changes: readonly Change[]): Promise<void> {
    return this.options.sessions.progress(this.options.name, changes)
  }

  async #sendBatch(batch: readonly QueuedMessage[]): Promise<void> {
    const { window } = this.options
    const marked = batch.map((queued) => ({ queued, packetId: window.take(this.#flight(queued)) }))
    if (marked.length === 0) return
    this.#place = (batch[batch.length - 1]?.place ?? 0) + 1
    await this.#progress(marked.map(({ queued, packetId }) => ({ place: queued.place, packetId })))
    for (const { queued, packetId } of marked) this.#send(queued, packetId)
  }

  #send(queued: QueuedMessage, packetId: number): void {
    const { link, clock, window } = this.options
    const message = aged(queued.message, clock.now())
    if (message) this.#put(publish(queued, message, packetId), packetId)
    else if (!link.closed) {
      countLost(this.options, 'expired')
      window.settle(packetId)
    }
  }

  /** What was sent once does not expire any more [MQTT-4.3.3-7], [MQTT-4.4.0-1]. */
  #sendAgain(queued: QueuedMessage, packetId: number): void {
    const message = atLeastAlive(queued.message, this.options.clock.now())
    this.#put({ ...publish(queued, message, packetId), dup: true }, packetId)
  }

  #put(packet: PublishPacket, packetId: number): void {
    const { link, window } = this.options
    if (link.send(packet) || link.closed) return
    countUnsent(link, this.options)
    window.settle(packetId)
  }

  #sendRelease(packetId: number): void {
    this.options.link.send({ type: 'pubrel', packetId, reasonCode: 0 })
  }

  #flight({ place, qos }: QueuedMessage): Flight {
    return {
      qos,
      done: () => this.#change({ place, removed: true }),
      release: () => this.#progress([{ place, released: true }]),
    }
  }

  /** What is acknowledged in one tick is written together. */
  #change(change: Change): void {
    if (this.#changes.push(change) === 1) queueMicrotask(() => void this.#writeChanges())
  }

  async #writeChanges(): Promise<void> {
    const changes = this.#changes
    if (changes.length === 0) return
    this.#changes = []
    const { name, link, log } = this.options
    try {
      await this.#progress(changes)
    } catch (error) {
      // What they are about is still in the store, under its packet identifiers: the next connection finds it there.
      logFailure(log, { ...name }, error, 'Acknowledgements could not be stored')
      bidFarewell(link, error)
    }
  }
}

const publish = ({ qos, retain, identifiers }: QueuedMessage, message: RoutedMessage, packetId: number) =>
  publishOf(message, { qos, retain, identifiers }, packetId)
