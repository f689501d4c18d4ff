import { isClientId, ServiceMethods, subscriptionProperties } from '@daakia/protocol'
import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { Refusal } from '../../broker/exchange/refusal.js'

/** What an instance says of itself when it subscribes to its service's calls. */
export interface Announcement {
  /** Calls that it takes at once; `undefined` where it does not say. */
  capacity?: number
  version?: string
  description?: string
  /** Absent where it does not say: then it gets calls of any. */
  methods?: ServiceMethods
}

const mostCapacity = 100_000
const longest = { version: 256, description: 1_024 }

/** @throws Refusal */
export const readAnnouncement = (properties: readonly UserProperty[]): Announcement => {
  const capacity = readCapacity(valuesOf(properties, subscriptionProperties.capacity)[0])
  const version = readText(properties, 'version')
  const description = readText(properties, 'description')
  const methods = readMethods(valuesOf(properties, subscriptionProperties.methods))
  return {
    ...(capacity !== undefined && { capacity }),
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
    ...(methods && { methods }),
  }
}

const valuesOf = (properties: readonly UserProperty[], name: string): string[] =>
  properties.filter((pair) => pair[0] === name).map(([, value]) => value)

const readCapacity = (given: string | undefined): number | undefined => {
  if (given === undefined) return undefined
  const capacity = Number(given)
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= mostCapacity) return capacity
  throw misannounced(`"capacity" must be a whole number from 1 to ${mostCapacity}`)
}

const readText = (properties: readonly UserProperty[], name: keyof typeof longest): string | undefined => {
  const [text] = valuesOf(properties, subscriptionProperties[name])
  if (text !== undefined && text.length > longest[name])
    throw misannounced(`"${name}" must be at most ${longest[name]} characters`)
  return text
}

/** One user property has room for 65,535 bytes: who has more to say says it in several. */
const readMethods = (values: readonly string[]): ServiceMethods | undefined => {
  if (values.length === 0) return undefined
  const methods: ServiceMethods = Object.assign({}, ...values.map(readSomeMethods))
  const wrong = Object.keys(methods).find((name) => !isClientId(name))
  if (wrong === undefined) return methods
  throw misannounced(`"methods" has the name "${wrong}": it must be 1 to 128 of A-Z a-z 0-9 . _ @ -`)
}

const readSomeMethods = (text: string): ServiceMethods => {
  const methods = ServiceMethods.safeParse(readJson(text))
  if (methods.success) return methods.data
  const problem = '"methods" must be JSON such as {"ship": {"description": "…", "params": {}, "result": {}}}'
  throw misannounced(`${problem}, with JSON Schemas`)
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const misannounced = (reason: string) =>
  new Refusal(ReasonCode.ImplementationSpecificError, `The user property ${reason}`)
