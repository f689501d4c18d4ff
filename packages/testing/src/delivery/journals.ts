import { type Client, ConnectionLost, type Conversation, type HistoryRange, type Message } from '@daakia/client-sdk'
import type { Delivered } from './anomaly.js'
import { delivered } from './record.js'

/** Reads all of a journal, as one of its members does. */
export const readJournal = async (client: Client, id: string): Promise<readonly Delivered[]> => {
  const conversation = client.conversation(id)
  const messages: Message[] = []
  let page = await read(conversation, { after: 0, limit: 1_000 })
  messages.push(...page.messages)
  while (page.more) {
    page = await read(conversation, page.more)
    messages.push(...page.messages)
  }
  return messages.map(delivered)
}

/** Once more where a fault of the test was waiting for it. */
const read = async (conversation: Conversation, range: HistoryRange) => {
  try {
    return await conversation.history(range)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
    return conversation.history(range)
  }
}
