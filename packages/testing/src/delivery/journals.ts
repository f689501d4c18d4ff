import type { Client, Message } from '@daakia/client-sdk'
import type { Delivered } from './anomaly.js'
import { delivered } from './record.js'

/** Reads all of a journal, as one of its members does. */
export const readJournal = async (client: Client, id: string): Promise<readonly Delivered[]> => {
  const conversation = client.conversation(id)
  const messages: Message[] = []
  let page = await conversation.history({ after: 0, limit: 1_000 })
  messages.push(...page.messages)
  while (page.more) {
    page = await conversation.history(page.more)
    messages.push(...page.messages)
  }
  return messages.map(delivered)
}
