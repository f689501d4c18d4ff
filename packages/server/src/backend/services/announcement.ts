import { subscriptionProperties } from '@daakia/protocol'
import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { Refusal } from '../../broker/exchange/refusal.js'

/** What an instance says of itself when it subscribes to its service's calls. */
export interface Announcement {
  /** Calls that it takes at once; `undefined` where it does not say. */
  capacity?: number
}

const mostCapacity = 100_000

/** @throws Refusal */
export const readAnnouncement = (properties: readonly UserProperty[]): Announcement => {
  const given = properties.find(([name]) => name === subscriptionProperties.capacity)?.[1]
  if (given === undefined) return {}
  const capacity = Number(given)
  if (Number.isInteger(capacity) && capacity >= 1 && capacity <= mostCapacity) return { capacity }
  const reason = `The user property "capacity" must be a whole number from 1 to ${mostCapacity}`
  throw new Refusal(ReasonCode.ImplementationSpecificError, reason)
}
