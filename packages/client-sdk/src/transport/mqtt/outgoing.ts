import {
  type ConnectPacket,
  type DisconnectPacket,
  encode,
  PacketBuffer,
  type PingreqPacket,
  type PublishPacket,
  type SubscribePacket,
  type UnsubscribePacket,
} from '@daakia/protocol/mqtt'
import { Refused } from '../../errors.js'
import type { Socket } from './sockets/port.js'

const version = 5
/** More than this is not held back until the end of the tick. */
const flushBytes = 64 * 1024

/** Node has a call that comes when all that has arrived is handled; elsewhere it is the end of the task. */
const afterThis: (run: () => void) => void = typeof setImmediate === 'function' ? setImmediate : queueMicrotask

/** Collects the packets of one tick, and writes them to the socket at once. */
export class Outgoing {
  /** A larger packet is refused (3.2.2.3.6). */
  maximumPacketSize = Number.POSITIVE_INFINITY
  readonly #socket: Socket
  readonly #wrote: () => void
  readonly #packets = new PacketBuffer()
  /** What is to be written before the stretch of `#bytes` from `#start` to `#end`. */
  #before: Uint8Array[] = []
  #beforeBytes = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0
  #scheduled = false
  #congested = false

  /** @param wrote called whenever something went to the socket */
  constructor(socket: Socket, wrote: () => void) {
    this.#socket = socket
    this.#wrote = wrote
  }

  /** The socket has more to send than it should hold. */
  get congested(): boolean {
    return this.#congested
  }

  /** @throws MqttError where MQTT does not allow it; Refused where it is too large for the server */
  publish(packet: PublishPacket): void {
    const packets = this.#packets
    packets.publish(packet, version)
    this.#checkSize(packets.end - packets.start)
    this.#take(packets.bytes, packets.start, packets.end)
  }

  acknowledge(packetId: number): void {
    const packets = this.#packets
    packets.acknowledge('puback', packetId, 0, version)
    this.#take(packets.bytes, packets.start, packets.end)
  }

  /** @throws MqttError, Refused as `publish` does */
  request(packet: SubscribePacket | UnsubscribePacket): void {
    const bytes = encode(packet, version)
    this.#checkSize(bytes.length)
    this.#take(bytes, 0, bytes.length)
  }

  /** What is of the connection itself, and small. */
  send(packet: ConnectPacket | PingreqPacket | DisconnectPacket): void {
    const bytes = encode(packet, version)
    this.#take(bytes, 0, bytes.length)
  }

  /** Writes what was collected, now. */
  flush(): void {
    this.#close()
    const pieces = this.#before
    if (pieces.length === 0) return
    this.#before = []
    this.#beforeBytes = 0
    if (!this.#socket.write(pieces)) this.#congested = true
    this.#wrote()
  }

  drained(): void {
    this.#congested = false
  }

  #checkSize(bytes: number): void {
    if (bytes > this.maximumPacketSize)
      throw new Refused(0x95, `The message takes ${bytes} bytes; the server takes ${this.maximumPacketSize}.`)
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes || start !== this.#end) {
      this.#close()
      this.#bytes = bytes
      this.#start = start
    }
    this.#end = end
    if (this.#beforeBytes + this.#end - this.#start > flushBytes) this.flush()
    else if (!this.#scheduled) {
      this.#scheduled = true
      afterThis(this.#flushScheduled)
    }
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false
    this.flush()
  }

  /** The stretch that was growing is done. */
  #close(): void {
    if (this.#end === this.#start) return
    this.#before.push(this.#bytes.subarray(this.#start, this.#end))
    this.#beforeBytes += this.#end - this.#start
    this.#start = this.#end
  }
}
