const newline = 0x0a

/** The lines of a stream of bytes, each with its end where it has one. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let start = 0
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      const rest = bytes.subarray(start, end + 1)
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest])
      begun = []
      start = end + 1
    }
    if (start < bytes.length) begun.push(bytes.subarray(start))
  }
  if (begun.length > 0) yield Buffer.concat(begun)
}
