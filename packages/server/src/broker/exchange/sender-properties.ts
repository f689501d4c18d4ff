import { defaultType, isClientId, senderProperties, serverProperties } from '@daakia/protocol'
import type { Properties, UserProperty } from '@daakia/protocol/mqtt'
import type { NewMessage } from '../../persistence/port.js'
import { badProperty, type Refusal } from './refusal.js'

/** What a sender said about a message in its properties. */
export type SenderFields = { id?: string } & Pick<
  NewMessage,
  'type' | 'contentType' | 'replyTo' | 'to' | 'traceparent' | 'properties'
>

type Name = (typeof senderProperties)[number]

const printable = /^[\x21-\x7e]{1,128}$/
const checks: Record<Name, { holds: (value: string) => boolean; rule: string }> = {
  id: { holds: (value) => printable.test(value), rule: '1 to 128 printable ASCII characters without spaces' },
  'reply-to': { holds: (value) => printable.test(value), rule: 'the id of a message: 1 to 128 printable characters' },
  type: { holds: (value) => /^[A-Za-z0-9._-]{1,64}$/.test(value), rule: '1 to 64 of A-Z a-z 0-9 . _ -' },
  to: { holds: isClientId, rule: 'a client: 1 to 128 of A-Z a-z 0-9 . _ @ -' },
  traceparent: {
    holds: (value) => /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value),
    rule: 'as W3C Trace Context writes it',
  },
}

const own = new Set<string>(senderProperties)
const reserved = new Set<string>(serverProperties)

const refuseReserved = (name: string): Refusal =>
  badProperty(`The user property "${name}" is the server's: leave it out, or give it another name`)

/** Sorts user properties into those that DAAK knows and the sender's others. @throws Refusal */
const sort = (pairs: readonly UserProperty[]) => {
  const known: Partial<Record<Name, string>> = {}
  const others: UserProperty[] = []
  for (const [name, value] of pairs) {
    if (reserved.has(name)) throw refuseReserved(name)
    if (own.has(name)) known[name as Name] = checked(name as Name, value, known)
    else others.push([name, value])
  }
  return { known, others }
}

const checked = (name: Name, value: string, known: Partial<Record<Name, string>>): string => {
  if (known[name] !== undefined) throw badProperty(`The user property "${name}" is given twice: give it once`)
  if (!checks[name].holds(value)) throw badProperty(`The user property "${name}" must be ${checks[name].rule}`)
  return value
}

const longestContentType = 255

/** Reads and checks what the sender of a message says about it. @throws Refusal */
export const readSender = (properties: Properties = {}): SenderFields => {
  const { contentType } = properties
  if (contentType !== undefined && contentType.length > longestContentType)
    throw badProperty(`The Content Type is longer than ${longestContentType} characters`)
  const { known, others } = sort(properties.userProperties ?? [])
  return {
    type: known.type ?? defaultType(contentType),
    ...(known.id !== undefined && { id: known.id }),
    ...(contentType !== undefined && { contentType }),
    ...(known['reply-to'] !== undefined && { replyTo: known['reply-to'] }),
    ...(known.to !== undefined && { to: known.to }),
    ...(known.traceparent !== undefined && { traceparent: known.traceparent }),
    ...(others.length > 0 && { properties: others }),
  }
}
