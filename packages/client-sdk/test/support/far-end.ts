import { Decoder, encode, type Packet, type Properties } from '@daakia/protocol/mqtt'
import type { Transport, TransportEvents } from '../../src/index.js'
import { openConnection } from '../../src/transport/mqtt/lifecycle.js'
import type { OpenSocket, SocketEvents } from '../../src/transport/mqtt/sockets/port.js'
import { ManualClock } from './manual-clock.js'

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The other end of a socket in memory: the test decides what comes, in which pieces, and how much is taken. */
export class FarEnd {
  readonly clock = new ManualClock()
  /** What came with each write. */
  readonly writes: Packet[][] = []
  /** Whether what is written goes out. */
  fast = true
  state: 'open' | 'ended' | 'destroyed' = 'open'
  readonly #decoder = new Decoder({ role: 'server', maximumPacketSize: 268_435_460 })
  #events: SocketEvents | undefined

  readonly openSocket: OpenSocket = (_url, events) => {
    this.#events = events
    return {
      write: (bytes) => {
        for (const each of bytes) this.#decoder.push(each)
        this.writes.push([...this.#decoded()])
        return this.fast
      },
      end: () => {
        if (this.state === 'open') this.state = 'ended'
      },
      destroy: () => {
        if (this.state === 'destroyed') return
        this.state = 'destroyed'
        queueMicrotask(() => events.closed())
      },
    }
  }

  /** Begins to connect; resolves or rejects as the transport does. */
  connect(events: Partial<TransportEvents> = {}, { keepAlive = 30 } = {}): Promise<Transport> {
    const opening = openConnection({
      openSocket: this.openSocket,
      url: new URL('mqtt://far.end'),
      address: 'mqtt://far.end',
      connect: { type: 'connect', version: 5, clientId: 'phone', cleanStart: true, keepAlive },
      connectTimeoutMs: 10_000,
      clock: this.clock,
      events: { message: () => {}, closed: () => {}, ...events },
      signal: undefined,
    })
    opening.catch(() => {})
    this.#events?.opened()
    return opening
  }

  /** Connects and is accepted. */
  async accept(
    events: Partial<TransportEvents> = {},
    { keepAlive = 30, ...properties }: Properties & { keepAlive?: number } = {},
  ): Promise<Transport> {
    const opening = this.connect(events, { keepAlive })
    this.says({ type: 'connack', sessionPresent: false, reasonCode: 0, properties })
    return opening
  }

  says(...packets: Packet[]): void {
    for (const packet of packets) this.sends(encode(packet, 5))
  }

  sends(bytes: Uint8Array): void {
    this.#events?.data(bytes)
  }

  /** Takes what was held back. */
  drain(): void {
    this.fast = true
    this.#events?.drained()
  }

  closes(error?: Error): void {
    this.#events?.closed(error)
  }

  /** What has come so far, once everything that was to be sent is on its way. */
  async received(): Promise<Packet[]> {
    await nextTurn()
    return this.writes.flat()
  }

  *#decoded(): Generator<Packet> {
    for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) yield packet
  }
}
