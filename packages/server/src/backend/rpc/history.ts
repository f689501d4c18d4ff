import { directMembers, History, isConversationId, ReadHistory, toFoldedEnvelope } from '@daakia/protocol'
import { oldestOf } from '../../persistence/oldest.js'
import type { Conversation, Journals } from '../../persistence/port.js'
import { notAMember } from './failure.js'
import { type Caller, type Methods, mayRead, method } from './method.js'
import { type PageOrder, readFolded, readPlain } from './pages.js'

type Store = Pick<Journals, 'conversation' | 'read' | 'seqAt' | 'referring'>

const usualLimit = 100

/** `history/read`. */
export const historyMethods = (store: Store): Methods => ({
  'history/read': method(
    ReadHistory,
    async (caller, params): Promise<History> => {
      const { conversation: id, fold = false } = params
      const found = isConversationId(id) ? await store.conversation(caller.vendor, id) : undefined
      if (!found && isOwnDirect(caller, id)) return { messages: [], first: 1, head: 0 }
      if (!found || !mayRead(caller, found)) throw notAMember()
      const order = await orderOf(store, caller.vendor, found, params)
      const { messages, more } = await (fold ? readFolded : readPlain)(store, order)
      const { head } = found
      return { messages: messages.map(toFoldedEnvelope), first: oldestOf(found), head, ...(more && { more }) }
    },
    { description: 'What was said in a conversation', result: History },
  ),
})

/** Times become places in the journal; the page lies between two of these. */
const orderOf = async (
  store: Store,
  vendor: string,
  conversation: Conversation,
  { after, before, since, until, limit = usualLimit }: ReadHistory,
): Promise<PageOrder> => {
  const { id, head } = conversation
  return {
    ...{ vendor, conversation: id, limit },
    forwards: after !== undefined || since !== undefined,
    after: Math.max(
      after ?? 0,
      oldestOf(conversation) - 1,
      since === undefined ? 0 : (await store.seqAt(vendor, id, since)) - 1,
    ),
    before: Math.min(
      before ?? head + 1,
      head + 1,
      until === undefined ? head + 1 : await store.seqAt(vendor, id, until),
    ),
  }
}

/** A direct conversation in which nothing was said yet. */
const isOwnDirect = ({ client }: Caller, conversation: string): boolean =>
  isConversationId(conversation) && (directMembers(conversation)?.includes(client) ?? false)
