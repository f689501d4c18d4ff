import type { OpenSocket, Socket, SocketEvents } from '@daakia/client-sdk/internal'
import type { Clock } from '@daakia/protocol'
import type { Fate } from '../packets/lane.js'
import { Lane } from '../packets/lane.js'
import type { WholePacket } from '../packets/packet.js'
import type { Side } from '../packets/packet-kind.js'
import { Way } from './way.js'

export interface WireParts {
  clock: Clock
  /** Whether anything else than to arrive may become of a packet that is sent now. */
  isJudged(): boolean
  /** Asked of each packet. */
  judge(from: Side, packet: WholePacket): Fate
  /** How much later what this side sends arrives, in milliseconds. */
  delayOf(from: Side): number
  /** Somebody gives up a connection that is silent. */
  noticed(by: Side): void
  /** Nothing is left of it. */
  over(wire: Wire): void
}

/** One connection between a client and the server, which may be slow, silent or broken. */
export class Wire implements Socket {
  readonly #parts: WireParts
  readonly #events: SocketEvents
  readonly #socket: Socket
  readonly #ways: Readonly<Record<Side, Way>>
  readonly #lanes: Readonly<Record<Side, Lane>>
  #isBroken = false
  #isSilent = false
  #isLeft = false
  #isClosed = false
  #isDestroyed = false

  constructor(openSocket: OpenSocket, url: URL, events: SocketEvents, parts: WireParts) {
    this.#parts = parts
    this.#events = events
    this.#ways = { client: new Way(parts.clock), server: new Way(parts.clock) }
    this.#lanes = {
      client: this.#lane('client', (pieces) => this.#socket.write(pieces)),
      server: this.#lane('server', (pieces) => {
        for (const bytes of pieces) this.#events.data(bytes)
      }),
    }
    this.#socket = openSocket(url, {
      opened: () => this.#isOver || events.opened(),
      drained: () => this.#isOver || events.drained(),
      data: (bytes) => this.#isOver || this.#lanes.server.push(bytes),
      closed: (error) => this.#socketClosed(error),
    })
  }

  /** Bytes vanish on it, and the client has not noticed. */
  get isSilent(): boolean {
    return this.#isSilent && !this.#isLeft
  }

  /** It is silent, and one end at least has not given it up. */
  get isHalfOpen(): boolean {
    return this.#isSilent
  }

  /** Both ends are about to hear that it is broken. */
  get isBreaking(): boolean {
    return this.#isBroken && !this.#isClosed
  }

  /** How much is on its way. */
  get underWay(): number {
    return this.#isOver ? 0 : this.#ways.client.length + this.#ways.server.length
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (!this.#isOver) for (const bytes of pieces) this.#lanes.client.push(bytes)
    return true
  }

  end(): void {
    if (this.#isSilent) this.#leave()
    else this.#send('client', () => this.#socket.end())
  }

  destroy(): void {
    if (this.#isSilent) {
      this.#leave()
      return
    }
    this.#isDestroyed = true
    this.#stop()
    this.#socket.destroy()
  }

  /** Both ends hear of it, and what is on its way is lost. */
  break(): void {
    if (this.#isOver) return
    this.#isBroken = true
    this.#stop()
    // What arrived before goes on to the server, which closes its end, too.
    this.#socket.end()
  }

  /** From now on nothing arrives, and neither end hears of it. */
  goSilent(): void {
    this.#isSilent = true
    this.#stop()
  }

  hold(from: Side): void {
    this.#ways[from].hold()
  }

  letGo(): void {
    for (const way of Object.values(this.#ways)) way.letGo()
  }

  hurry(): void {
    for (const way of Object.values(this.#ways)) way.hurry()
  }

  get isHeld(): boolean {
    return Object.values(this.#ways).some(({ isHeld }) => isHeld)
  }

  get #isOver(): boolean {
    return this.#isBroken || this.#isSilent
  }

  #lane(from: Side, arrive: (pieces: readonly Uint8Array[]) => void): Lane {
    return new Lane({
      isJudged: this.#parts.isJudged,
      judge: (packet) => this.#parts.judge(from, packet),
      arrives: (pieces) => this.#send(from, () => arrive(pieces)),
      waits: () => this.hold(from),
      breaks: () => this.break(),
    })
  }

  #send(from: Side, go: () => void): void {
    if (!this.#isOver) this.#ways[from].send(go, this.#parts.delayOf(from))
  }

  #stop(): void {
    for (const lane of Object.values(this.#lanes)) lane.end()
    for (const way of Object.values(this.#ways)) way.clear()
  }

  #socketClosed(error: Error | undefined): void {
    this.#isClosed = true
    if (this.#isSilent) this.#serverLeft()
    else if (this.#isDestroyed) this.#close(error)
    else if (this.#isBroken) this.#close(new Error('the connection broke'))
    else this.#ways.server.send(() => this.#close(error), this.#parts.delayOf('server'))
  }

  #close(error: Error | undefined): void {
    this.#stop()
    this.#parts.over(this)
    this.#events.closed(error)
  }

  /** The client gives it up; the server does not hear of that. */
  #leave(): void {
    if (this.#isLeft) return
    this.#isLeft = true
    this.#parts.noticed('client')
    if (this.#isClosed) this.#parts.over(this)
    queueMicrotask(() => this.#events.closed())
  }

  #serverLeft(): void {
    this.#parts.noticed('server')
    if (this.#isLeft) this.#parts.over(this)
  }
}
