import { malformed, protocolError } from './error.js'
import type { Properties, UserProperty } from './packets.js'
import {
  checkTogether,
  checkValue,
  type PropertyHolder,
  type PropertyKind,
  type PropertyRule,
  ruleByName,
} from './properties.js'
import { largestVariableInteger, stringSize, variableIntegerSize, type Writer } from './writer.js'

interface Format {
  /** Bytes that the value takes. @throws MqttError where the value is not of the kind. */
  size(value: unknown): number
  write(writer: Writer, value: unknown): void
}

const checkInteger = (value: unknown, largest: number): void => {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > largest) {
    throw malformed(`${String(value)} is not a whole number from 0 to ${largest}`)
  }
}

const integer = (bytes: number, largest: number, write: (writer: Writer, value: number) => void): Format => ({
  size(value) {
    checkInteger(value, largest)
    return bytes
  },
  write: (writer, value) => write(writer, value as number),
})

const formats: Record<PropertyKind, Format> = {
  bit: integer(1, 1, (writer, value) => writer.byte(value)),
  boolean: { size: () => 1, write: (writer, value) => writer.byte(value === true ? 1 : 0) },
  uint16: integer(2, 0xffff, (writer, value) => writer.uint16(value)),
  uint32: integer(4, 0xffffffff, (writer, value) => writer.uint32(value)),
  variable: {
    size(value) {
      checkInteger(value, largestVariableInteger)
      return variableIntegerSize(value as number)
    },
    write: (writer, value) => writer.variableInteger(value as number),
  },
  string: { size: (value) => stringSize(value as string), write: (writer, value) => writer.string(value as string) },
  binary: {
    size: (value) => 2 + (value as Uint8Array).length,
    write: (writer, value) => writer.binary(value as Uint8Array),
  },
  pair: {
    size: (value) => stringSize((value as UserProperty)[0]) + stringSize((value as UserProperty)[1]),
    write(writer, value) {
      writer.string((value as UserProperty)[0])
      writer.string((value as UserProperty)[1])
    },
  },
}

/** Calls `use` for every value that is to be written. Every identifier is below 128, so it takes one byte. */
const forEachValue = (
  properties: Properties,
  holder: PropertyHolder,
  use: (rule: PropertyRule, value: unknown) => void,
): void => {
  for (const name in properties) {
    const value = properties[name as keyof Properties]
    if (value === undefined) continue
    const rule = ruleByName(name, holder)
    if (rule.repeatsIn.length === 0) use(rule, value)
    else for (const each of value as readonly unknown[]) use(rule, each)
  }
}

/**
 * How many bytes the properties take, without their length.
 *
 * @throws MqttError for properties that `holder` may not carry, or values that a property may not have.
 */
export const propertiesSize = (properties: Properties | undefined, holder: PropertyHolder): number => {
  if (properties === undefined) return 0
  if (holder === 'subscribe' && (properties.subscriptionIdentifiers?.length ?? 0) > 1) {
    throw protocolError('A SUBSCRIBE has one subscription identifier (3.8.2.1.2)')
  }
  checkTogether(properties, holder)
  let size = 0
  forEachValue(properties, holder, (rule, value) => {
    checkValue(rule, value)
    size += 1 + formats[rule.kind].size(value)
  })
  return size
}

/** Writes properties with their length. @throws MqttError as `propertiesSize` does. */
export const writeProperties = (writer: Writer, properties: Properties | undefined, holder: PropertyHolder): void =>
  writeSizedProperties(writer, properties, holder, propertiesSize(properties, holder))

/** The same where `propertiesSize` was asked before. */
export const writeSizedProperties = (
  writer: Writer,
  properties: Properties | undefined,
  holder: PropertyHolder,
  size: number,
): void => {
  writer.variableInteger(size)
  if (properties === undefined || size === 0) return
  forEachValue(properties, holder, (rule, value) => {
    writer.byte(rule.id)
    formats[rule.kind].write(writer, value)
  })
}
