import { malformed } from './error.js'
import type { ProtocolVersion } from './packets.js'
import { decodeTopicName, type TopicNames } from './topic-names.js'
import { decodeUtf8 } from './utf8.js'

/** Which end of the connection is reading: it decides which packets may arrive. */
export type Role = 'server' | 'client'

const nothing = new Uint8Array(0)

/** Reads MQTT's data types (MQTT 5, 1.5) from the body of one packet, in place. One reader serves all packets of a connection. */
export class Reader {
  /** Absent until CONNECT has told it. */
  version: ProtocolVersion | undefined
  bytes: Uint8Array = nothing
  position = 0
  end = 0

  constructor(
    readonly role: Role,
    version: ProtocolVersion | undefined,
    private readonly names: TopicNames | undefined,
  ) {
    this.version = version
  }

  /** Begins with the body of another packet. */
  open(bytes: Uint8Array, position: number, end: number): void {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** Lets go of the bytes, so that an idle connection holds none. */
  close(): void {
    this.open(nothing, 0, 0)
  }

  get left(): number {
    return this.end - this.position
  }

  byte(): number {
    if (this.position >= this.end) throw malformed('The packet ends too early')
    return this.bytes[this.position++] as number
  }

  uint16(): number {
    const high = this.byte()
    return (high << 8) | this.byte()
  }

  uint32(): number {
    const high = this.uint16()
    return high * 0x10000 + this.uint16()
  }

  /** A Variable Byte Integer (MQTT 5, 1.5.5). */
  variableInteger(): number {
    let value = 0
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed('A number is not in its shortest form [MQTT-1.5.5-1]')
        return value
      }
    }
    throw malformed('A variable byte integer is longer than four bytes (1.5.5)')
  }

  string(): string {
    const end = this.#endOfBlock()
    const text = decodeUtf8(this.bytes, this.position, end)
    this.position = end
    return text
  }

  /** A topic name, or the empty string, which stands for an alias. */
  topicName(): string {
    const start = this.position + 2
    const end = this.#endOfBlock()
    this.position = end
    return this.names ? this.names.read(this.bytes, start, end) : decodeTopicName(this.bytes, start, end)
  }

  /** Binary data as a view of the packet's bytes. */
  binary(): Uint8Array {
    const end = this.#endOfBlock()
    const data = this.bytes.subarray(this.position, end)
    this.position = end
    return data
  }

  /** All that is left, as a view of the packet's bytes. */
  rest(): Uint8Array {
    const data = this.bytes.subarray(this.position, this.end)
    this.position = this.end
    return data
  }

  #endOfBlock(): number {
    const length = this.uint16()
    const end = this.position + length
    if (end > this.end) throw malformed('A string or binary value is longer than its packet')
    return end
  }
}
