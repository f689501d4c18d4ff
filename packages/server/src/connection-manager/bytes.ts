/** Part of the bytes without a copy; all of them as they are. */
export const viewOf = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  end - start === bytes.length ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)

/** Part of the bytes in memory of its own, where a view would keep much more than itself alive; else the bytes. */
export const detached = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  (end - start) * 2 < bytes.buffer.byteLength ? new Uint8Array(bytes.subarray(start, end)) : bytes

/** The pieces one behind another; `bytes` is their size together. */
export const joined = (pieces: readonly Uint8Array[], bytes: number): Uint8Array => {
  const whole = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
