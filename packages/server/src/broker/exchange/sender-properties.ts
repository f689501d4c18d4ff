import { defaultType, isPlain, readPlain, senderProperties, serverProperties, writePlain } from '@daakia/protocol'
import type { Properties, UserProperty } from '@daakia/protocol/mqtt'
import { fieldRules } from '../../persistence/field-rules.js'
import type { NewMessage } from '../../persistence/port.js'
import { badProperty, type Refusal } from './refusal.js'

/** What a sender said about a message in its properties. */
export type SenderFields = { id?: string; after?: string } & Pick<
  NewMessage,
  'type' | 'contentType' | 'replyTo' | 'to' | 'traceparent' | 'plain' | 'properties' | 'mqtt'
>

type Name = (typeof senderProperties)[number]

const rules = {
  id: fieldRules.id,
  type: fieldRules.type,
  'reply-to': fieldRules.replyTo,
  to: fieldRules.to,
  // What can be no id is the id of nothing that was taken.
  after: { holds: () => true, rule: '' },
  traceparent: fieldRules.traceparent,
  plain: {
    holds: (value: string) => !value.includes('\n') && isPlain(value),
    rule: 'text without control characters; a line ends with U+2028',
  },
} satisfies Record<Name, unknown>

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
  if (!rules[name].holds(value)) throw badProperty(`The user property "${name}" must be ${rules[name].rule}`)
  return value
}

/** Reads and checks what the sender of a message says about it. @throws Refusal */
export const readSender = (properties: Properties = {}): SenderFields => {
  const { contentType } = properties
  if (contentType !== undefined && !fieldRules.contentType.holds(contentType))
    throw badProperty(`The Content Type must be ${fieldRules.contentType.rule}`)
  const { known, others } = sort(properties.userProperties ?? [])
  const mqtt = travelling(properties)
  return {
    type: known.type ?? defaultType(contentType),
    ...(known.id !== undefined && { id: known.id }),
    ...(known.after !== undefined && { after: known.after }),
    ...(contentType !== undefined && { contentType }),
    ...(known['reply-to'] !== undefined && { replyTo: known['reply-to'] }),
    ...(known.to !== undefined && { to: known.to }),
    ...(known.traceparent !== undefined && { traceparent: known.traceparent }),
    ...(known.plain !== undefined && { plain: readPlain(known.plain) }),
    ...(others.length > 0 && { properties: others }),
    ...(mqtt && { mqtt }),
  }
}

/** What a sender has said about a message, as its receivers see it: all but what it was to come after. */
export const senderPairs = ({
  id,
  type,
  replyTo,
  to,
  traceparent,
  plain,
  properties,
}: SenderFields): UserProperty[] => {
  const pairs: UserProperty[] = []
  if (id !== undefined) pairs.push(['id', id])
  pairs.push(['type', type])
  if (replyTo !== undefined) pairs.push(['reply-to', replyTo])
  if (to !== undefined) pairs.push(['to', to])
  if (traceparent !== undefined) pairs.push(['traceparent', traceparent])
  if (plain !== undefined) pairs.push(['plain', writePlain(plain)])
  if (properties) pairs.push(...properties)
  return pairs
}

const travelling = (properties: Properties): NewMessage['mqtt'] => {
  const { payloadFormatIndicator, messageExpiryInterval, responseTopic, correlationData } = properties
  const given = {
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData }),
  }
  return Object.keys(given).length > 0 ? given : undefined
}
