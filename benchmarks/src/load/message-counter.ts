/** Counts the messages in a stream of bytes, wherever the stream is cut. */
export interface MessageCounter {
  /** How many messages begin in the first `end` bytes of `bytes`. Keeps nothing of `bytes`. */
  count(bytes: Uint8Array, end: number): number
}
