import type { Key } from '../kv/port.js'
import { fromRecord, type MessageRecord, toRecord } from '../persistence/message-record.js'
import type { JournalMessage } from '../persistence/port.js'
import { journal } from '../persistence/tables.js'
import { fromJson, toJson } from './json-value.js'
import { problemOfKey, type TableNote, vendorTables } from './tables.js'

export const exportFormat = 'daakia-export'
export const exportVersion = 1

/** The first line of an export. */
export interface Header {
  format: typeof exportFormat
  version: number
  vendor: string
}

/** The last line: how many entries came before, and the SHA-256 of all bytes before it. */
export interface Trailer {
  end: number
  sha256?: string
}

/** An entry of a table that goes with its vendor. */
export interface LineEntry {
  note: TableNote
  /** Without the vendor. */
  key: Key
  value: unknown
}

/** What is wrong with a line, as the end of a sentence about it. */
export class LineProblem extends Error {
  override readonly name = 'LineProblem'
}

/** An entry as a line, without its end. */
export const formatEntry = ({ note: { table }, key, value }: LineEntry): string =>
  JSON.stringify({ table: table.name, key, value: toJson(table === journal ? messageOf(value) : value) })

/** @throws LineProblem */
export const parseEntry = (line: unknown): LineEntry => {
  const { table: name, key, value, ...others } = fieldsOf(line)
  const note = vendorTables.find(({ table }) => table.name === name)
  if (!note) throw new LineProblem(`has no table that goes with a vendor: ${JSON.stringify(name)}`)
  if (!Array.isArray(key)) throw new LineProblem('has no key, which is a list')
  const problem = problemOfKey(note.key.slice(1), key)
  if (problem) throw new LineProblem(`has a key that ${problem}: ${JSON.stringify(key)}`)
  const [other] = Object.keys(others)
  if (other !== undefined) throw new LineProblem(`has an unknown field: ${other}`)
  if (value === undefined) throw new LineProblem('has no value')
  return { note, key, value: readValue(note, value) }
}

export const fieldsOf = (line: unknown): Record<string, unknown> => {
  if (typeof line === 'object' && line !== null && !Array.isArray(line)) return line as Record<string, unknown>
  throw new LineProblem('is no JSON object')
}

const readValue = (note: TableNote, json: unknown): unknown => {
  try {
    const value = fromJson(json)
    return note.table === journal ? recordOf(value) : value
  } catch (error) {
    throw error instanceof SyntaxError ? new LineProblem(`has a value that ${error.message}`) : error
  }
}

/** Messages are many, and stored without names: a line has them. */
const messageOf = (value: unknown): unknown => {
  if (value === null) return null
  const record = value as MessageRecord
  const { seq: _, ...message } = fromRecord(0, record)
  return { ...message, tally: record[5] }
}

const recordOf = (value: unknown): unknown => {
  if (value === null) return null
  const { tally, ...message } = fieldsOf(value) as unknown as JournalMessage & { tally: MessageRecord[5] }
  const isMessage =
    [message.from, message.id, message.type].every((field) => typeof field === 'string') &&
    typeof message.at === 'number' &&
    message.payload instanceof Uint8Array
  if (!isMessage) throw new LineProblem('has no message: from, id and type are texts, at is a number, payload is bytes')
  if (!Array.isArray(tally) || tally.length === 0 || !tally.every((each) => typeof each === 'number'))
    throw new LineProblem('has a message without a tally, a list of numbers')
  const record = toRecord(message, tally)
  const unknown = Object.keys(message).find((name) => !(name in fromRecord(0, record)))
  if (unknown !== undefined) throw new LineProblem(`has a message with an unknown field: ${unknown}`)
  return record
}
