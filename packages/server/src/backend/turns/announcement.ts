import { subscriptionProperties } from '@daakia/protocol'
import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { Refusal } from '../../broker/exchange/refusal.js'
import type { BotProfile } from '../../persistence/port.js'

/** What a bot's connection says of itself when it subscribes to `daak/turns/+`. */
export interface Announcement extends BotProfile {
  /** Conversations that it handles at once; 1 where it does not say. */
  capacity: number
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
  }
}

const propertyOf = (properties: readonly UserProperty[], name: string) =>
  properties.find((pair) => pair[0] === name)?.[1]

const readCapacity = (value: string | undefined): number => {
  const capacity = Number(value ?? 1)
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= mostCapacity) return capacity
  throw misannounced(`"capacity" must be a whole number from 1 to ${mostCapacity}`)
}

const text = (properties: readonly UserProperty[], name: 'version' | 'apology'): string | undefined => {
  const value = propertyOf(properties, subscriptionProperties[name])
  if (value !== undefined && value.length > longest[name])
    throw misannounced(`"${name}" must be at most ${longest[name]} characters`)
  return value
}

const misannounced = (reason: string) =>
  new Refusal(ReasonCode.ImplementationSpecificError, `The user property ${reason}`)
