import type { JournalMessage } from '../persistence/port.js'

/** Payloads that go into one answer or lease; one message does, whatever its size. */
export const mostBytes = 1024 * 1024

/** The first of the messages, as many as go into one packet. */
export const oldestThatFit = (messages: readonly JournalMessage[]): readonly JournalMessage[] => {
  let left = mostBytes
  const end = messages.findIndex(({ payload }, index) => {
    left -= payload.length
    return left < 0 && index > 0
  })
  return end < 0 ? messages : messages.slice(0, end)
}
