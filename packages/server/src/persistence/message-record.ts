import type { JournalMessage } from './port.js'
import type { TallyRecord } from './tally.js'

/** A message as it is stored: without names, because there are many. */
export type MessageRecord = readonly [...Plain, ...Optional]

type Plain = [from: string, id: string, at: number, type: string, payload: Uint8Array, tally: TallyRecord]
type Optional = (string | JournalMessage['properties'] | JournalMessage['mqtt'] | JournalMessage['handoff'] | null)[]
type OptionalField = (typeof optionalFields)[number]

/** In the order in which they came to be: what is stored already has the first ones. */
const optionalFields = [
  ...(['contentType', 'replyTo', 'to', 'traceparent', 'properties', 'mqtt', 'fromRole'] as const),
  'plain',
  'handoff',
] as const

export const toRecord = (message: Omit<JournalMessage, 'seq'>, tally: TallyRecord): MessageRecord => {
  const { from, id, at, type, payload } = message
  const record: [...Plain, ...Optional] = [from, id, at, type, payload, tally]
  let last = optionalFields.length - 1
  while (last >= 0 && message[optionalFields[last] as OptionalField] === undefined) last--
  for (let i = 0; i <= last; i++) record.push(message[optionalFields[i] as OptionalField] ?? null)
  return record
}

export const fromRecord = (seq: number, record: MessageRecord): JournalMessage => {
  const [from, id, at, type, payload, , ...optional] = record
  const message: Record<string, unknown> = { seq, from, id, at, type, payload }
  for (let i = 0; i < optional.length; i++) {
    if (optional[i] !== null) message[optionalFields[i] as string] = optional[i]
  }
  return message as unknown as JournalMessage
}

/** Messages up to this one that count as unread. */
export const countedBy = ({ 5: [counted] }: MessageRecord): number => counted

/** How far before this one the other latest senders spoke. */
export const spokenBefore = ({ 5: [, ...back] }: MessageRecord): readonly number[] => back
