import type { JournalMessage, Store } from '../../persistence/port.js'

/** Where inbox readers get the messages that pointers lead to. */
export interface MessageSource {
  /** `undefined` where the journal has no such message. */
  get(vendor: string, conversation: string, seq: number): JournalMessage | Promise<JournalMessage | undefined>
}

export interface MessageCache extends MessageSource {
  /** Takes messages that have just been committed: what has many receivers is then read from disk for none of them. */
  add(vendor: string, conversation: string, message: JournalMessage): void
}

/** Messages of a conversation that are read at once where one was not at hand: its reader will want those that follow. */
const readAhead = 64

const keyOf = (vendor: string, conversation: string, seq: number) => `${vendor}/${conversation}/${seq}`

/** Keeps the newest messages, at most `maximumBytes` of payload and `maximumMessages`; others are read from the store. */
export const createMessageCache = (
  store: Pick<Store, 'read'>,
  { maximumBytes = 32 * 1024 * 1024, maximumMessages = 16_384 } = {},
): MessageCache => {
  const kept = new Map<string, JournalMessage>()
  let bytes = 0

  const drop = (key: string) => {
    bytes -= kept.get(key)?.payload.length ?? 0
    kept.delete(key)
  }

  const add = (vendor: string, conversation: string, message: JournalMessage) => {
    const key = keyOf(vendor, conversation, message.seq)
    drop(key)
    kept.set(key, message)
    bytes += message.payload.length
    for (const oldest of kept.keys()) {
      if (bytes <= maximumBytes && kept.size <= maximumMessages) break
      drop(oldest)
    }
  }

  const load = async (vendor: string, conversation: string, seq: number) => {
    const messages = await store.read(vendor, conversation, { after: seq - 1, limit: readAhead })
    for (const message of messages) add(vendor, conversation, message)
    return messages.find((message) => message.seq === seq)
  }

  return {
    add,
    get: (vendor, conversation, seq) => kept.get(keyOf(vendor, conversation, seq)) ?? load(vendor, conversation, seq),
  }
}
