import { directMembers, type History, isConversationId, ReadHistory, toEnvelope } from '@daakia/protocol'
import type { Store } from '../../persistence/port.js'
import { newestThatFit, oldestThatFit } from '../portion.js'
import { notAMember } from './failure.js'
import { type Caller, type Methods, mayRead, method } from './method.js'

const usualLimit = 100
/** `history/read`. */
export const historyMethods = (store: Pick<Store, 'conversation' | 'read'>): Methods => ({
  'history/read': method(
    ReadHistory,
    async (caller, { conversation, after, before, limit = usualLimit }): Promise<History> => {
      const found = isConversationId(conversation) ? await store.conversation(caller.vendor, conversation) : undefined
      if (!found && isOwnDirect(caller, conversation)) return { messages: [], head: 0 }
      if (!found || !mayRead(caller, found)) throw notAMember()
      const range = { ...(after !== undefined && { after }), ...(before !== undefined && { before }), limit }
      const messages = await store.read(caller.vendor, conversation, range)
      const fitting = after === undefined ? newestThatFit(messages) : oldestThatFit(messages)
      return { messages: fitting.map(toEnvelope), head: found.head }
    },
  ),
})

/** A direct conversation in which nothing was said yet. */
const isOwnDirect = ({ client }: Caller, conversation: string): boolean =>
  isConversationId(conversation) && (directMembers(conversation)?.includes(client) ?? false)
