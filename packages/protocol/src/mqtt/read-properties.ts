import { malformed, protocolError } from './error.js'
import type { Properties, UserProperty } from './packets.js'
import {
  checkTogether,
  checkValue,
  type PropertyHolder,
  type PropertyKind,
  type PropertyRule,
  ruleById,
} from './properties.js'
import type { Reader } from './reader.js'

type Value = number | boolean | string | Uint8Array | UserProperty

const readBit = (reader: Reader): 0 | 1 => {
  const value = reader.byte()
  if (value > 1) throw protocolError('A property that is 0 or 1 has another value (3.1.2.11, 3.2.2.3)')
  return value as 0 | 1
}

const readers: Record<PropertyKind, (reader: Reader) => Value> = {
  bit: readBit,
  boolean: (reader) => readBit(reader) === 1,
  uint16: (reader) => reader.uint16(),
  uint32: (reader) => reader.uint32(),
  variable: (reader) => reader.variableInteger(),
  string: (reader) => reader.string(),
  binary: (reader) => reader.binary(),
  pair: (reader) => [reader.string(), reader.string()],
}

/**
 * Reads a property block; answers `undefined` where it is empty.
 *
 * @throws MqttError 0x81 for what does not fit its block, packet or type, 0x82 for what comes twice or has a forbidden value.
 */
export const readProperties = (reader: Reader, holder: PropertyHolder): Properties | undefined => {
  const length = reader.variableInteger()
  if (length === 0) return undefined
  const packetEnd = reader.end
  const end = reader.position + length
  if (end > packetEnd) throw malformed('The properties are longer than their packet (2.2.2.1)')
  reader.end = end
  const properties: Record<string, Value | Value[]> = {}
  while (reader.position < end) readProperty(reader, holder, properties)
  reader.end = packetEnd
  checkTogether(properties as Properties, holder)
  return properties as Properties
}

const readProperty = (reader: Reader, holder: PropertyHolder, into: Record<string, Value | Value[]>): void => {
  const rule = ruleById(reader.variableInteger(), holder)
  const value = readers[rule.kind](reader)
  checkValue(rule, value)
  const earlier = into[rule.name]
  if (earlier === undefined) into[rule.name] = isList(rule) ? [value] : value
  else if (rule.repeatsIn.includes(holder)) (earlier as Value[]).push(value)
  else throw protocolError(`${rule.name} came twice (2.2.2.2)`)
}

const isList = (rule: PropertyRule): boolean => rule.repeatsIn.length > 0
