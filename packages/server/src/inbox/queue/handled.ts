import type { Handled } from './port.js'

/** Whether a message is behind that, or is the last one of it. What was said on a newer line has got its numbers anew. */
export const isHandled = ({ seq, line = 0 }: Handled, upTo: Handled): boolean => {
  const { line: reached = 0 } = upTo
  return line < reached || (line === reached && seq <= upTo.seq)
}
