import type { Message } from '@daakia/client-sdk'
import { readEnvelope } from '@daakia/client-sdk/internal'
import { History } from '@daakia/protocol'
import type { CallServer } from '../admin/as-operator.js'

/** The most that the server puts on a page. */
const largestPage = 1_000

/**
 * What is kept of a conversation, in its order.
 *
 * @param since milliseconds since the Unix epoch: only what was said from then on
 */
export const readHistory = async (
  call: CallServer,
  conversation: string,
  { since }: { since?: number } = {},
): Promise<readonly Message[]> => {
  const all: Message[] = []
  let place: object | undefined = since === undefined ? { after: 0 } : { since }
  while (place) {
    const { messages, more } = History.parse(
      await call('history/read', { conversation, limit: largestPage, ...place }),
    ) as History
    all.push(...messages.map((message) => readEnvelope(conversation, message)))
    place = more
  }
  return all
}
