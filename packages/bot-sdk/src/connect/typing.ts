import type { Link } from '@daakia/client-sdk/internal'
import { topics } from '@daakia/protocol'

/** Shows to a conversation that the bot is writing: a signal, which nobody keeps and nobody misses. */
export const typingOver =
  (link: Link) =>
  (conversation: string): void => {
    const signal = {
      topic: topics.signals(conversation),
      payload: new Uint8Array(),
      userProperties: [['type', 'typing']] as const,
    }
    link.publish(signal, { qos: 0 }).catch(() => {})
  }
