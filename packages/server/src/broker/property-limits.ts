import { type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import type { PacketLimits } from '../limits/port.js'
import { countLimit } from '../limits/refuse.js'
import type { Services } from './services.js'

/** What a packet with too many user properties is answered, or its connection is closed with. */
export const tooManyProperties = (
  { limits, counters }: Pick<Services, 'limits' | 'counters'>,
  { userProperties }: Properties,
  own: Partial<PacketLimits>,
): { reasonCode: number; reason: string } | undefined => {
  const maximum = own.userProperties ?? limits.userProperties
  if (!userProperties || userProperties.length <= maximum) return undefined
  countLimit(counters, 'connection', 'userProperties')
  return {
    // Another code than that of what passes: who sends it again gets the same.
    reasonCode: ReasonCode.ImplementationSpecificError,
    reason: `A packet has at most ${maximum} user properties.`,
  }
}
