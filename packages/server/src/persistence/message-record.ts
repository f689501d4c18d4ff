import type { JournalMessage } from './port.js'

/** A message as it is stored: without names, because there are many. */
export type MessageRecord = readonly [
  from: string,
  id: string,
  at: number,
  type: string,
  payload: Uint8Array,
  ...optional: (string | JournalMessage['properties'] | JournalMessage['mqtt'] | null)[],
]

const optionalFields = ['contentType', 'replyTo', 'to', 'traceparent', 'properties', 'mqtt', 'fromRole'] as const

export const toRecord = (message: Omit<JournalMessage, 'seq'>): MessageRecord => {
  const optional = optionalFields.map((field) => message[field] ?? null)
  while (optional.length > 0 && optional.at(-1) === null) optional.pop()
  return [message.from, message.id, message.at, message.type, message.payload, ...optional]
}

export const fromRecord = (seq: number, record: MessageRecord): JournalMessage => {
  const [from, id, at, type, payload, ...optional] = record
  const message: Record<string, unknown> = { seq, from, id, at, type, payload }
  for (let i = 0; i < optional.length; i++) {
    if (optional[i] !== null) message[optionalFields[i] as string] = optional[i]
  }
  return message as unknown as JournalMessage
}
