import { isAside } from '@daakia/protocol'
import type { JournalMessage, NewMessage } from './port.js'

/** Who spoke last, and before: the newest message of each of the latest senders. */
interface Spoken {
  from: string
  seq: number
  /** Messages up to it that count as unread. */
  counted: number
}

/** The end of a journal, as far as unread messages are counted by it. */
export interface Tail {
  /** Of the newest message; 0 where there was none. */
  seq: number
  /** When that was; 0 where nobody knows. */
  at: number
  /** Messages up to it that count as unread, be they kept or not. */
  counted: number
  /** Newest first, each sender once. */
  latest: readonly Spoken[]
}

/** What a message keeps of its tail: how many count up to it, and how far back the other latest senders spoke. */
export type TallyRecord = readonly [counted: number, ...back: number[]]

/** So many senders are told apart at the end of a journal; with one more, the one who has been silent longest is noted elsewhere. */
export const latestSenders = 8

export const emptyTail: Tail = { seq: 0, at: 0, counted: 0, latest: [] }

/** What is about other messages or about members, and what programs say to each other, is not waiting to be read. */
const counts = ({ type }: Pick<NewMessage, 'type'>): boolean => !isAside(type)

/** The tail after one more message, and who is not among the latest senders any more. */
export const advance = (
  tail: Tail,
  { from, type, at }: Pick<JournalMessage, 'from' | 'type' | 'at'>,
): { tail: Tail; silent?: Spoken } => {
  const seq = tail.seq + 1
  const counted = tail.counted + (counts({ type }) ? 1 : 0)
  const latest: Spoken[] = [{ from, seq, counted }]
  for (const spoken of tail.latest) if (spoken.from !== from) latest.push(spoken)
  const silent = latest.length > latestSenders ? latest.pop() : undefined
  const next = { seq, at, counted, latest }
  return silent ? { tail: next, silent } : { tail: next }
}

export const toTally = ({ seq, counted, latest }: Tail): TallyRecord => [
  counted,
  ...latest.slice(1).map((spoken) => seq - spoken.seq),
]
