import type { PublishPacket, PublishRun } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import { FanOut } from './fan-out.js'
import { messageOf } from './message.js'

/** Plain publishes to one topic on their way to many: as they came, or message by message for who needs them otherwise. */
export class FanOutRun {
  readonly qos = 0
  readonly retain = false
  #messages: FanOut[] | undefined

  constructor(
    readonly packets: PublishRun,
    readonly publisher: SessionName,
    private readonly at: number,
  ) {}

  get topic(): string {
    return this.packets.topic
  }

  get count(): number {
    return this.packets.count
  }

  /** The same for all who ask: each is encoded once for all of them. */
  get messages(): readonly FanOut[] {
    this.#messages ??= Array.from(this.packets.packets(), (packet) => this.#fanOut(packet))
    return this.#messages
  }

  #fanOut(packet: PublishPacket): FanOut {
    return new FanOut(messageOf(this.publisher, packet, this.at))
  }
}
