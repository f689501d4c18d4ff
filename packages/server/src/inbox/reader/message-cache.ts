import type { JournalMessage, MessageOnLine, Store } from '../../persistence/port.js'

export interface LedFrom {
  line?: number | undefined
  client?: string
}

/** Where inbox readers get the messages that pointers lead to. */
export interface MessageSource {
  /**
   * `undefined` where the journal has no such message. With the line of what has led to it, and whose inbox that is on: they tell it from
   * what had the same number, and is lost.
   */
  get(
    vendor: string,
    conversation: string,
    seq: number,
    from?: LedFrom,
  ): JournalMessage | Promise<JournalMessage | undefined>
}

const isMeant = ({ line, isUnnoticed }: MessageOnLine, asked: number): boolean =>
  asked === line || (isUnnoticed === true && asked < line)

export interface MessageCache extends MessageSource {
  /** What the journal has there now, whenever that was said. */
  onNewestLine(vendor: string, conversation: string, seq: number): Promise<JournalMessage | undefined>
  /** Takes messages that have just been committed: what has many receivers is then read from disk for none of them. */
  add(vendor: string, conversation: string, message: JournalMessage, line?: number): void
  /** Messages with `from <= seq < to` are kept no more. */
  forget(vendor: string, conversation: string, seqs: { from: number; to: number }): void
  /** Any of them may never have been. */
  clear(): void
}

/** Messages of a conversation that are read at once where one was not at hand: its reader will want those that follow. */
const readAhead = 64

const keyOf = (vendor: string, conversation: string, seq: number, line = 0) =>
  line === 0 ? `${vendor}/${conversation}/${seq}` : `${vendor}/${conversation}/${seq}/${line}`

/**
 * Keeps the newest messages, at most `maximumBytes` of what they say and `maximumMessages`; others are read from the store.
 *
 * There are two generations, and the older one is forgotten as a whole: to take the oldest out of a `Map` one by one
 * costs a walk over the places of all those that were taken out before.
 */
export const createMessageCache = (
  store: Pick<Store, 'readOnLines'>,
  { maximumBytes = 32 * 1024 * 1024, maximumMessages = 16_384 } = {},
): MessageCache => {
  let younger = new Map<string, JournalMessage>()
  let older = younger
  let bytes = 0
  /** By conversation: what is below was looked for, and is not kept any more. */
  let trimmed = new Map<string, number>()
  /** What was read before something was found to have gone back is not kept. */
  let clearings = 0
  /** What is kept was said on these. */
  let lines = new Set<number>()

  const add = (vendor: string, conversation: string, message: JournalMessage, line = 0) => {
    const length = message.payload.length + (message.plain?.length ?? 0)
    if ((bytes + length) * 2 > maximumBytes || (younger.size + 1) * 2 > maximumMessages) {
      older = younger
      younger = new Map()
      trimmed = new Map()
      bytes = 0
    }
    bytes += length
    lines.add(line)
    younger.set(keyOf(vendor, conversation, message.seq, line), message)
  }

  const load = async (vendor: string, conversation: string, seq: number, { line = 0, client }: LedFrom) => {
    const name = `${vendor}/${conversation}`
    if (seq < (trimmed.get(name) ?? 0)) return undefined
    const before = clearings
    const found = await store.readOnLines(vendor, conversation, { after: seq - 1, limit: readAhead, client })
    const asked = found.find((each) => each.message.seq === seq && isMeant(each, line))?.message
    if (clearings !== before) return asked
    for (const each of found) add(vendor, conversation, each.message, each.line)
    const first = found[0]?.message
    if (trimmed.size >= maximumMessages) trimmed.clear()
    if (first && first.seq > seq) trimmed.set(name, first.seq)
    return asked
  }

  return {
    add,
    forget: (vendor, conversation, { from, to }) => {
      for (let seq = from; seq < to; seq++)
        for (const line of lines) {
          const key = keyOf(vendor, conversation, seq, line)
          younger.delete(key)
          older.delete(key)
        }
    },
    clear: () => {
      younger = new Map()
      older = younger
      trimmed = new Map()
      bytes = 0
      lines = new Set()
      clearings++
    },
    async onNewestLine(vendor, conversation, seq) {
      const [found] = await store.readOnLines(vendor, conversation, { after: seq - 1, limit: 1 })
      return found?.message.seq === seq ? found.message : undefined
    },
    get: (vendor, conversation, seq, from = {}) => {
      const key = keyOf(vendor, conversation, seq, from.line)
      return younger.get(key) ?? older.get(key) ?? load(vendor, conversation, seq, from)
    },
  }
}
