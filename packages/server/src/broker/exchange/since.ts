import { type Position, parsePosition, subscriptionProperties } from '@daakia/protocol'
import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { Refusal } from './refusal.js'

/** Where a subscriber wants to begin on its inbox. @throws Refusal */
export const readSince = (properties: readonly UserProperty[]): Position | undefined => {
  const given = properties.find(([name]) => name === subscriptionProperties.since)
  if (!given) return undefined
  const position = parsePosition(given[1])
  if (position) return position
  const reason = 'The user property "since" must be <epoch>:<offset>, as the property "pos" of a delivery gives it'
  throw new Refusal(ReasonCode.ImplementationSpecificError, reason)
}
