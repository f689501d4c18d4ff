import { directMembers, type History, ReadHistory, toEnvelope } from '@daakia/protocol'
import type { JournalMessage, Store } from '../../persistence/port.js'
import { notAMember } from './failure.js'
import { type Caller, type Methods, method } from './method.js'

const usualLimit = 100
/** Payloads of one answer; at least one message is given. */
const mostBytes = 1024 * 1024

/** `history/read`. */
export const historyMethods = (store: Pick<Store, 'conversation' | 'read'>): Methods => ({
  'history/read': method(
    ReadHistory,
    async (caller, { conversation, after, before, limit = usualLimit }): Promise<History> => {
      const found = await store.conversation(caller.vendor, conversation)
      if (!found && isOwnDirect(caller, conversation)) return { messages: [], head: 0 }
      if (!found?.members.includes(caller.client)) throw notAMember()
      const range = { ...(after !== undefined && { after }), ...(before !== undefined && { before }), limit }
      const messages = await store.read(caller.vendor, conversation, range)
      const fitting = after === undefined ? newestThatFit(messages) : oldestThatFit(messages)
      return { messages: fitting.map(toEnvelope), head: found.head }
    },
  ),
})

/** A direct conversation in which nothing was said yet. */
const isOwnDirect = ({ client }: Caller, conversation: string): boolean =>
  directMembers(conversation)?.includes(client) ?? false

const oldestThatFit = (messages: readonly JournalMessage[]): readonly JournalMessage[] => {
  let left = mostBytes
  const end = messages.findIndex(({ payload }, index) => {
    left -= payload.length
    return left < 0 && index > 0
  })
  return end < 0 ? messages : messages.slice(0, end)
}

const newestThatFit = (messages: readonly JournalMessage[]): readonly JournalMessage[] =>
  [...oldestThatFit(messages.toReversed())].reverse()
