import { type Alarm, type Clock, idMaker, type Random, systemClock, topics } from '@daakia/protocol'
import { type Deferred, deferred } from '../deferred.js'
import { Closed, ConnectionLost, Refused } from '../errors.js'
import { Listeners, type Stop } from '../listeners.js'
import type { OpenTransport, Transport, TransportMessage } from '../transport/port.js'
import { type Backoff, type BackoffOptions, backoff, defaultBackoff } from './backoff.js'
import { type Call, Calls } from './calls.js'
import type { CallOptions, Link, LinkStatus, Subscription } from './port.js'
import { Subscriptions } from './subscriptions.js'

export interface LinkOptions {
  /** The client that the transport's connections are made for: answers to calls are addressed to it. */
  client: string
  open: OpenTransport
  clock?: Clock
  random?: Random
  backoff?: Partial<BackoffOptions>
}

/** Opens a link, which begins to connect at once. */
export const openLink = (options: LinkOptions): Link => new ReconnectingLink(options)

/** A connection that lasted this long was a good one: waiting starts over after it. */
const settledAfterMs = 5_000

/** The server, or this node of it, stops, and says so: who comes again at once has not failed to connect. */
const sentAway: ReadonlySet<number> = new Set([0x8b, 0x9c])

const takenOver = 0x8e
/** Taken over so often within this time, the name is somebody else's. */
const oftenTakenOver = 3
const takenOverWithinMs = 10_000

class ReconnectingLink implements Link {
  readonly client: string
  readonly #open: OpenTransport
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #calls: Calls
  readonly #subscriptions = new Subscriptions()
  readonly #listeners = new Listeners<[LinkStatus]>()
  #status: LinkStatus = { state: 'connecting' }
  #online: Deferred<void> = deferred()
  #transport: Transport | undefined
  /** What is true of one connection only is compared with this. */
  #attempt = 0
  #onlineSince = 0
  /** When its name was taken over, the last few times. */
  #takenOver: readonly number[] = []
  #retry: Alarm | undefined
  /** Gives up the connection that is being made. */
  #opening = new AbortController()

  constructor({ client, open, clock = systemClock, random = Math.random, backoff: wait }: LinkOptions) {
    this.client = client
    this.#open = open
    this.#clock = clock
    this.#backoff = backoff({ ...defaultBackoff, ...wait }, random)
    this.#calls = new Calls(clock, idMaker(clock, random))
    void this.#connect()
  }

  get status(): LinkStatus {
    return this.#status
  }

  onStatus(listener: (status: LinkStatus) => void): Stop {
    return this.#listeners.add(listener)
  }

  online(): Promise<void> {
    return this.#online.promise
  }

  subscribe(subscription: Subscription): Promise<void> {
    if (this.#status.state === 'closed') return Promise.reject(this.#ended())
    return this.#subscriptions.add(subscription, this.#transport)
  }

  async unsubscribe(subscription: Subscription): Promise<void> {
    await this.#subscriptions.remove(subscription, this.#transport).catch((error: unknown) => {
      // Without a connection there is nothing to come.
      if (!(error instanceof ConnectionLost)) throw error
    })
  }

  async publish(message: TransportMessage, options: { qos: 0 | 1 }): Promise<void> {
    if (this.#status.state === 'closed') throw this.#ended()
    if (!this.#transport || this.#status.state !== 'online') throw new ConnectionLost('There is no connection.')
    await this.#transport.publish(message, options)
  }

  call(service: string, method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    const call = this.#calls.open({ service, method, params }, options, (cancellation) => {
      this.publish(cancellation, { qos: 0 }).catch(() => {})
    })
    this.#send(call).catch(call.fail)
    return call.answer
  }

  async #send(call: Call): Promise<void> {
    await this.#online.promise
    if (call.settled) return
    if (!this.#transport) return this.#send(call)
    await this.#transport.publish(call.request(this.#replies(this.#transport)), { qos: 1 })
  }

  async close(reason?: Refused): Promise<void> {
    const transport = this.#transport
    this.#transport = undefined
    this.#end(reason)
    await transport?.close()
  }

  async #connect(): Promise<void> {
    this.#attempt += 1
    const attempt = this.#attempt
    const lost = (reason?: Error) => this.#lost(attempt, reason)
    const message = (received: TransportMessage) => this.#receive(attempt, received)
    this.#opening = new AbortController()
    try {
      const transport = await this.#open({ message, closed: lost }, this.#opening.signal)
      if (attempt !== this.#attempt) return void (await transport.close())
      this.#transport = transport
      await this.#resume(transport)
      if (attempt === this.#attempt) this.#arrive()
    } catch (error) {
      lost(error instanceof Error ? error : new ConnectionLost(String(error)))
    }
  }

  async #resume(transport: Transport): Promise<void> {
    const replies = transport.subscribe([{ filter: this.#replies(transport), qos: 1 }])
    await Promise.all([replies, this.#subscriptions.resume(transport)])
  }

  #arrive(): void {
    this.#onlineSince = this.#clock.now()
    this.#become({ state: 'online' })
    this.#online.resolve()
  }

  #receive(attempt: number, message: TransportMessage): void {
    if (attempt !== this.#attempt) return
    if (message.topic.startsWith('daak/replies/')) this.#calls.receive(message)
    else this.#subscriptions.deliver(message)
  }

  #lost(attempt: number, cause?: Error): void {
    if (attempt !== this.#attempt || this.#status.state === 'closed') return
    const reason = reasonOf(cause)
    const wasSentAway = reason instanceof Refused && sentAway.has(reason.reasonCode) && this.#status.state === 'online'
    // A connection that was ended with a reason says nothing about the calls that were under way on it.
    this.#drop(reason instanceof Refused ? new ConnectionLost(reason.message, { cause: reason }) : reason)
    if (reason instanceof Refused && this.#isForGood(reason)) this.#end(reason)
    else {
      if (wasSentAway) this.#backoff.reset()
      this.#retryLater(reason)
    }
  }

  /**
   * Who took the name may have been an earlier try of this link's own, which a node that stood still has come to only now.
   * Another client of the same name takes it again and again.
   */
  #isForGood({ lasting, reasonCode }: Refused): boolean {
    if (reasonCode !== takenOver) return lasting
    const now = this.#clock.now()
    this.#takenOver = [...this.#takenOver.filter((at) => now - at < takenOverWithinMs), now]
    return this.#takenOver.length >= oftenTakenOver
  }

  #retryLater(reason: Refused | ConnectionLost): void {
    const retryInMs = this.#backoff.next()
    const retry = () => {
      this.#become({ state: 'connecting', reason })
      void this.#connect()
    }
    this.#retry = this.#clock.after(retryInMs, retry, 'reconnect')
    this.#become({ state: 'offline', reason, retryInMs })
  }

  /** Forgets the connection, and whatever still comes from it. */
  #drop(reason: Error): void {
    this.#attempt += 1
    if (this.#status.state === 'online') {
      this.#online = deferred()
      if (this.#clock.now() - this.#onlineSince >= settledAfterMs) this.#backoff.reset()
    }
    this.#transport?.close().catch(() => {})
    this.#transport = undefined
    this.#calls.fail(reason)
  }

  #end(reason?: Refused): void {
    if (this.#status.state === 'closed') return
    const ended = reason ?? new Closed('The connection was closed.')
    this.#retry?.cancel()
    this.#opening.abort(ended)
    this.#drop(ended)
    this.#become({ state: 'closed', ...(reason && { reason }) })
    this.#online.reject(ended)
    this.#subscriptions.abandon(ended)
  }

  #ended(): Error {
    return (this.#status.state === 'closed' && this.#status.reason) || new Closed('The connection was closed.')
  }

  #become(status: LinkStatus): void {
    this.#status = status
    this.#listeners.tell(status)
  }

  #replies(transport: Transport): string {
    return topics.replies(this.client, transport.connection)
  }
}

const reasonOf = (cause?: Error): Refused | ConnectionLost => {
  if (cause instanceof Refused || cause instanceof ConnectionLost) return cause
  return new ConnectionLost(cause?.message ?? 'The connection was closed.', { cause })
}
