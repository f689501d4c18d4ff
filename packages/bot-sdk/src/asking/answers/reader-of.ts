import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import { encode, globalRegistry } from 'zod/v4/core'
import { boundsOf, limitsOf } from './checks.js'
import { choiceReader } from './choice.js'
import { emailReader } from './email.js'
import { momentReader } from './moment.js'
import { numberReader } from './number.js'
import { ownReaderOf } from './own-readers.js'
import { phoneReader } from './phone.js'
import type { AnswerChoice, Reader } from './port.js'
import { textReader } from './text.js'
import { notReadable, refuseUnstorable } from './unanswerable.js'
import { yesOrNoReader } from './yes-or-no.js'

/**
 * The reader for what a zod schema takes.
 *
 * @throws TypeError where no text could be read as that, or what it gives could not be stored
 */
export function readerOf(schema: $ZodType): Reader {
  const own = ownReaderOf(schema)
  if (own) return own
  refuseUnstorable(schema)
  const { _zod } = schema as $ZodTypes
  const { def } = _zod
  switch (def.type) {
    case 'number':
      return numberReader(limitsOf(schema))
    case 'boolean':
      return yesOrNoReader({ yes: true, no: false })
    case 'enum':
    case 'literal':
      return choiceReader(choicesOf(schema) ?? [])
    case 'union':
      return unionReader(schema, def.options)
    case 'string':
      return stringReader(schema)
    case 'pipe':
      return pipeReader(schema, def)
    case 'lazy':
      return textReader()
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return readerOf(def.innerType)
    case 'object':
    case 'array':
    case 'record':
    case 'tuple':
    case 'intersection':
      throw notReadable(def.type)
    default:
      return textReader()
  }
}

/** What may be chosen, where the schema is a closed list. */
function choicesOf(schema: $ZodType): readonly AnswerChoice[] | undefined {
  const { def } = (schema as $ZodTypes)._zod
  if (def.type === 'enum') return entriesOf(def.entries)
  if (def.type === 'literal') return def.values.map((value) => choiceOf(value, titleOf(schema)))
  if (def.type !== 'union') return undefined
  const lists = def.options.map(choicesOf)
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined
}

const titleOf = (schema: $ZodType): string | undefined => globalRegistry.get(schema)?.title

const choiceOf = (value: unknown, title = String(value)): AnswerChoice => ({ label: title, value: value as never })

/** A numeric enum of TypeScript also has its names by their numbers. */
const entriesOf = (entries: Readonly<Record<string, string | number>>): readonly AnswerChoice[] =>
  Object.entries(entries)
    .filter(([, value]) => typeof entries[value] !== 'number')
    .map(([label, value]) => ({ label, value }))

/** What one of the options reads; those that come first go before the others. */
function unionReader(schema: $ZodType, options: readonly $ZodType[]): Reader {
  const choices = choicesOf(schema)
  if (choices) return choiceReader(choices)
  const readers = options.map(readerOf)
  return {
    read: (heard, around) => readers.flatMap((reader) => reader.read(heard, around)),
    find: (text, around) => readers.flatMap((reader) => reader.find(text, around)),
    expected: (around) => readers.map((reader) => reader.expected(around)).find((phrase) => phrase !== undefined),
  }
}

function stringReader(schema: $ZodType): Reader {
  const { format, local, least, most } = boundsOf(schema)
  switch (format) {
    case 'email':
      return emailReader()
    case 'e164':
      return phoneReader()
    case 'date':
    case 'time':
      return momentReader(format)
    case 'datetime':
      return momentReader(format, { local })
    default:
      return textReader({ least, most, webAddress: format === 'url' })
  }
}

/** What a person writes is what goes in; what would be right may only be told by what comes out. */
function pipeReader(schema: $ZodType, { in: from, out: to }: { in: $ZodType; out: $ZodType }): Reader {
  if (isYesOrNo(from, to)) return yesOrNoReader({ yes: encoded(schema, true), no: encoded(schema, false) })
  // `z.preprocess` has no schema for what goes in: it is given what the one behind it would be.
  const reader = readerOf(isTransform(from) ? to : from)
  if (isTransform(to)) return reader
  const told = readerOf(to)
  return { ...reader, expected: (around) => reader.expected(around) ?? told.expected(around) }
}

const typeOf = (schema: $ZodType): string => (schema as $ZodTypes)._zod.def.type
const isTransform = (schema: $ZodType): boolean => typeOf(schema) === 'transform'
const isYesOrNo = (from: $ZodType, to: $ZodType): boolean => typeOf(from) === 'string' && typeOf(to) === 'boolean'

/** What a `stringbool` takes for it; another way from text to boolean may know no way back. */
function encoded(schema: $ZodType, value: boolean): unknown {
  try {
    return encode(schema, value)
  } catch {
    return value ? 'yes' : 'no'
  }
}
