import type { ByteStream } from './byte-stream.js'

/** Two ends of one stream in this process: what is written to one is read from the other, in order. */
export declare const streamPair: () => readonly [ByteStream, ByteStream]
