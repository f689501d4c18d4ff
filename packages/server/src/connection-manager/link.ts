import type {
  ConnectPacket,
  Packet,
  PacketBuffer,
  Properties,
  ProtocolVersion,
  PublishRun,
} from '@daakia/protocol/mqtt'
import type { Principal } from '../identity.js'
import type { Refusal } from './authentication/authenticator.js'
import type { Encoded } from './buffers.js'
import type { Remote } from './byte-stream.js'
import type { Occupation } from './port.js'

/** One connection that has said CONNECT, as the broker sees it: packets out, and the brake on packets in. */
export interface Link {
  readonly version: ProtocolVersion
  readonly remote: Remote
  /** In force; 0: none. */
  readonly keepAliveSeconds: number
  /** The socket takes no more for now; `OpenSession.drained` tells when it does. What is sent nevertheless waits in memory. */
  readonly full: boolean
  readonly closed: boolean
  /** Where a PUBLISH for it, and for others, is encoded. */
  readonly publishes: PacketBuffer
  /** Topic aliases are in use: `send` gives fewer bytes than a packet that was encoded for several receivers. */
  readonly aliasing: boolean
  /** Sends the packet with what else is sent in this tick. A packet above the client's maximum is left out: false. */
  send(packet: Packet): boolean
  /** The same for a packet in its encoded form. */
  write(packet: Encoded): boolean
  /** The same for publishes as they came. Where they are not just what this client would get: false, and none is sent. */
  forward(run: PublishRun): boolean
  /** Stops handing packets over, and reading. Every `hold` needs its `release`. */
  hold(): void
  release(): void
  /**
   * Says DISCONNECT with the reason (MQTT 5), and, with 0x9C and 0x9D, where to connect instead; closes after what was
   * sent before.
   */
  close(reasonCode: number, reason?: string, serverReference?: string): void
  /** Closes without a word. */
  end(): void
}

/** Packets that a client sends after its CONNECT; AUTH is the connection's own business. */
export type ClientPacket = Exclude<
  Packet,
  { type: 'connect' | 'connack' | 'suback' | 'unsuback' | 'pingresp' | 'auth' }
>

/** A session at work on a link. */
export interface OpenSession {
  /** The server has kept state of this session [MQTT-3.2.2-3]. */
  readonly present: boolean
  /** What the broker adds to the CONNACK. */
  readonly properties: Properties
  /** Called after the CONNACK was written. */
  begin(): void
  packet(packet: ClientPacket): void
  /** Takes plain publishes as they lie in the bytes, which stay as they are; false: they are to come packet by packet. */
  run(run: PublishRun): boolean
  drained(): void
  readonly occupation: Occupation | undefined
  /** Resolves when all that its client has published is answered. */
  answered(): Promise<void>
  /** The link is gone. Resolves when nothing goes on under the session's name any more. */
  ended(): Promise<void>
}

/** What speaks MQTT above the connections. */
export interface SessionHost {
  /** Called while the session's name is claimed, so never for one name twice at a time; `fence` is that of the claim. */
  open(link: Link, connect: ConnectPacket, principal: Principal, fence: number): Promise<OpenSession | Refusal>
}
