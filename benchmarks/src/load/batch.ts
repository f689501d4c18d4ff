import type { Dialect, Message } from './dialect.js'

/** Packets one behind the other, encoded once and sent in one write. */
export interface Batch {
  bytes: Uint8Array
  messages: number
}

/** About as much as is sent in one write. */
const batchBytes = 16 * 1024

/** As many of a message as make a write worth its system call. */
export const batchOf = (dialect: Dialect, message: Message): Batch => {
  const packet = dialect.publish(message)
  const messages = Math.max(1, Math.floor(batchBytes / packet.length))
  return { bytes: Buffer.concat(Array<Uint8Array>(messages).fill(packet)), messages }
}

/** Different messages, in batches of `size`. */
export const batchesOf = (dialect: Dialect, messages: readonly Message[], size: number): Batch[] =>
  Array.from({ length: Math.ceil(messages.length / size) }, (_, index) => {
    const packets = messages.slice(index * size, (index + 1) * size).map((message) => dialect.publish(message))
    return { bytes: Buffer.concat(packets), messages: packets.length }
  })
