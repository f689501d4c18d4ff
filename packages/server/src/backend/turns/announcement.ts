import { isClientId, longestDebounceMs, subscriptionProperties } from '@daakia/protocol'
import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { BotProfile } from '../../persistence/port.js'
import { debounceOf } from './debounce.js'

/** What a bot's connection says of itself when it subscribes to `daak/turns/+`. */
export interface Announcement extends BotProfile {
  /** Conversations that it handles at once; 1 where it does not say. */
  capacity: number
  /** The bot is to be told of what it failed at too often. */
  tellFailures: boolean
}

const mostCapacity = 100_000
const longest = { version: 256, apology: 1_024 }

/** @throws Refusal */
export const readAnnouncement = (properties: readonly UserProperty[]): Announcement => {
  const version = text(properties, 'version')
  const apology = text(properties, 'apology')
  return {
    capacity: readCapacity(propertyOf(properties, subscriptionProperties.capacity)),
    ...(version !== undefined && { version }),
    ...(apology !== undefined && { apology }),
    tellFailures: readFailures(propertyOf(properties, subscriptionProperties.failures)),
    ...readDebounce(properties),
    ...readTakesOverFrom(properties),
  }
}

const propertyOf = (properties: readonly UserProperty[], name: string) =>
  properties.find((pair) => pair[0] === name)?.[1]

const readCapacity = (value: string | undefined): number => {
  const capacity = Number(value ?? 1)
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= mostCapacity) return capacity
  throw misannounced(`"capacity" must be a whole number from 1 to ${mostCapacity}`)
}

const readFailures = (value: string | undefined): boolean => {
  if (value === undefined || value === 'told') return value === 'told'
  throw misannounced('"failures" must be "told", or be left out')
}

const readDebounce = (properties: readonly UserProperty[]): Pick<BotProfile, 'debounce'> => {
  const quietMs = readMs(properties, subscriptionProperties.debounce)
  const longestMs = readMs(properties, subscriptionProperties.debounceLongest)
  if (quietMs === undefined && longestMs === undefined) return {}
  if (quietMs === undefined) throw misannounced('"debounce-longest" goes with "debounce"')
  const debounce = debounceOf({ quietMs, longestMs })
  if (debounce.longestMs < quietMs) throw misannounced('"debounce-longest" must not be less than "debounce"')
  return { debounce }
}

const mostNamed = 100

const readTakesOverFrom = (properties: readonly UserProperty[]): Pick<BotProfile, 'takesOverFrom'> => {
  const value = propertyOf(properties, subscriptionProperties.takesOverFrom)
  if (value === undefined) return {}
  const named = value.split(',').map((name) => name.trim())
  if (named.length > mostNamed || !named.every((name) => name === '*' || isClientId(name)))
    throw misannounced(`"takes-over-from" must be * or up to ${mostNamed} names of bots, with commas between them`)
  return { takesOverFrom: named }
}

const readMs = (properties: readonly UserProperty[], name: string): number | undefined => {
  const value = propertyOf(properties, name)
  if (value === undefined) return undefined
  const ms = Number(value)
  if (Number.isInteger(ms) && ms >= 1 && ms <= longestDebounceMs) return ms
  throw misannounced(`"${name}" must be a whole number of milliseconds from 1 to ${longestDebounceMs}`)
}

const text = (properties: readonly UserProperty[], name: 'version' | 'apology'): string | undefined => {
  const value = propertyOf(properties, subscriptionProperties[name])
  if (value !== undefined && value.length > longest[name])
    throw misannounced(`"${name}" must be at most ${longest[name]} characters`)
  return value
}

const misannounced = (reason: string) =>
  new Refusal(ReasonCode.ImplementationSpecificError, `The user property ${reason}`)
