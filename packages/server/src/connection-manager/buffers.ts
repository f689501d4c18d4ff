import { PacketBuffer, TopicNames } from '@daakia/protocol/mqtt'

/** A packet in its encoded form: part of bytes that it may share with others, and that stay as they are. */
export interface Encoded {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** What the connections of a server share, so that an idle one has little of its own and a busy one allocates little. */
export interface Buffers {
  readonly names: TopicNames
  /** Publishes are encoded here. */
  readonly publishes: PacketBuffer
  /** Acknowledgements, which would lie between the publishes of one connection and break them up. */
  readonly acknowledgements: PacketBuffer
}

export const createBuffers = (): Buffers => ({
  names: new TopicNames(),
  publishes: new PacketBuffer(),
  acknowledgements: new PacketBuffer(),
})
