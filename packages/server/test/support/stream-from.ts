import { type ByteStream, type Remote, streamPair } from '../../src/connection-manager/index.js'

/** A pair of streams of which the far one seems to come from `remote`. */
export const streamFrom = (remote: Remote): readonly [ByteStream, ByteStream] => {
  const [near, far] = streamPair()
  const seen: ByteStream = {
    remote,
    open: (events) => far.open(events),
    write: (bytes) => far.write(bytes),
    pause: () => far.pause(),
    resume: () => far.resume(),
    end: () => far.end(),
    destroy: () => far.destroy(),
  }
  return [near, seen]
}
