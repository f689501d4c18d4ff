import type { UserProperty } from '@daakia/protocol/mqtt'
import { Refused } from '../../errors.js'
import type { TransportMessage } from '../port.js'
import { publishOf } from './messages.js'
import type { Outgoing } from './outgoing.js'
import { asRefusal } from './refusal.js'
import type { Request, Requests } from './requests.js'

/** Of the 65,535 packet identifiers, some are left to subscriptions. */
const mostUnderWay = 65_000
/** Of QoS 0, which nobody need wait for: more is refused while the connection is slow. */
const mostWaitingBytes = 16 * 1024 * 1024

const sent = Promise.resolve()

/** Sends messages in their order: no more than the server wants to receive, and no faster than the socket takes them. */
export class Publisher {
  readonly #outgoing: Outgoing
  readonly #requests: Requests
  readonly #window: number
  #underWay = 0
  #waitingBytes = 0
  readonly #waiting = [new Set<Publish>(), new Set<Publish>()] as const

  /** @param receiveMaximum how many of QoS 1 the server takes at once (3.2.2.3.3) */
  constructor(outgoing: Outgoing, requests: Requests, receiveMaximum: number) {
    this.#outgoing = outgoing
    this.#requests = requests
    this.#window = Math.min(receiveMaximum, mostUnderWay)
  }

  /** Resolves when it is acknowledged (QoS 1), or on its way (QoS 0). @throws Refused, ConnectionLost */
  publish(message: TransportMessage, qos: 0 | 1): Promise<void> {
    if (qos === 0 && !this.#outgoing.congested) return this.#sendAtOnce(message)
    return new Promise((resolve, reject) => this.#begin(new Publish(message, qos, this, resolve, reject)))
  }

  /** The socket takes more, or the server does. */
  proceed(): void {
    for (const queue of this.#waiting)
      for (const publish of queue) {
        if (!this.#mayStart(publish)) break
        queue.delete(publish)
        if (publish.qos === 0) this.#waitingBytes -= publish.message.payload.length
        this.#start(publish)
      }
  }

  /** One of QoS 1 was answered. */
  answered(): void {
    this.#underWay -= 1
    this.proceed()
  }

  /** Nothing of what waits will be sent. */
  abandon(reason: Error): void {
    for (const queue of this.#waiting) {
      for (const publish of queue) publish.fail(reason)
      queue.clear()
    }
  }

  #sendAtOnce(message: TransportMessage): Promise<void> {
    try {
      this.#outgoing.publish(publishOf(message))
      return sent
    } catch (error) {
      return Promise.reject(asRefusal(error))
    }
  }

  #begin(publish: Publish): void {
    if (this.#waiting[publish.qos].size === 0 && this.#mayStart(publish)) this.#start(publish)
    else if (publish.qos === 0 && this.#waitingBytes >= mostWaitingBytes) publish.fail(tooSlow())
    else this.#wait(publish)
  }

  #wait(publish: Publish): void {
    this.#waiting[publish.qos].add(publish)
    // A message of QoS 1 is its sender's to keep anyway.
    if (publish.qos === 0) this.#waitingBytes += publish.message.payload.length
  }

  #mayStart({ qos }: Publish): boolean {
    return !this.#outgoing.congested && (qos === 0 || this.#underWay < this.#window)
  }

  #start(publish: Publish): void {
    const packet = publishOf(publish.message)
    let packetId = 0
    try {
      if (publish.qos === 1) {
        packetId = this.#requests.open(publish)
        packet.qos = 1
        packet.packetId = packetId
      }
      this.#outgoing.publish(packet)
      if (publish.qos === 1) this.#underWay += 1
      else publish.done()
    } catch (error) {
      this.#requests.withdraw(packetId)
      publish.fail(asRefusal(error))
    }
  }
}

const tooSlow = () =>
  new Refused(0x97, 'The connection is too slow: wait until a message is on its way before you send more.')

/** A message that waits for its turn, or for its answer. */
class Publish implements Request {
  readonly answer = 'puback'

  constructor(
    readonly message: TransportMessage,
    readonly qos: 0 | 1,
    private readonly publisher: Publisher,
    readonly done: () => void,
    readonly fail: (reason: Error) => void,
  ) {}

  resolve(_: readonly UserProperty[]): void {
    this.done()
    this.publisher.answered()
  }

  reject(reason: Error): void {
    this.fail(reason)
    this.publisher.answered()
  }
}
