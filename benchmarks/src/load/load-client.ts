import { connect, type Socket } from 'node:net'
import { encode, type QoS } from '@daakia/protocol/mqtt'
import { Frames, PacketType } from './frames.js'

const version = 5

export interface LoadClientEvents {
  /** A PUBLISH came in; its payload starts somewhere in `body`. QoS 1 is acknowledged by the client itself. */
  message?(body: Buffer): void
  /** A PUBACK came in. */
  acknowledged?(packetId: number, reasonCode: number): void
}

/** A raw MQTT 5 connection that sends packets encoded beforehand, several in one write. */
export class LoadClient {
  private readonly waiting = new Map<number, () => void>()

  private constructor(
    private readonly socket: Socket,
    private readonly events: LoadClientEvents,
  ) {}

  /** Resolves once the server has accepted the connection. */
  static async open(port: number, client: string, events: LoadClientEvents = {}): Promise<LoadClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const opened = new LoadClient(socket, events)
    const frames = new Frames((type, body, flags) => opened.take(type, body, flags))
    socket.on('data', (chunk) => frames.push(chunk))
    socket.on('error', (error) => {
      throw error
    })
    const accepted = opened.next(PacketType.Connack)
    socket.write(
      encode({ type: 'connect', version, clientId: client, username: client, cleanStart: true, keepAlive: 0 }, version),
    )
    await accepted
    return opened
  }

  async subscribe(filter: string, qos: QoS): Promise<void> {
    const granted = this.next(PacketType.Suback)
    const subscription = { filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const }
    this.socket.write(encode({ type: 'subscribe', packetId: 1, subscriptions: [subscription] }, version))
    await granted
  }

  /** False when the caller should wait for `drained`. */
  write(bytes: Uint8Array): boolean {
    return this.socket.write(bytes)
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.socket.once('drain', resolve))
  }

  close(): void {
    this.socket.removeAllListeners('error').on('error', () => undefined)
    this.socket.destroy()
  }

  private next(type: number): Promise<void> {
    return new Promise((resolve) => this.waiting.set(type, resolve))
  }

  private take(type: number, body: Buffer, flags: number): void {
    if (type === PacketType.Publish) {
      if ((flags & 6) === 2) this.acknowledge(body)
      this.events.message?.(body)
    } else if (type === PacketType.Puback) {
      this.events.acknowledged?.(body.readUInt16BE(0), body.length > 2 ? (body[2] as number) : 0)
    } else {
      this.waiting.get(type)?.()
    }
  }

  private acknowledge(body: Buffer): void {
    const at = 2 + body.readUInt16BE(0)
    this.socket.write(Buffer.from([0x40, 2, body[at] as number, body[at + 1] as number]))
  }
}
