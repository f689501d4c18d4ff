import { type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import { countLimit } from '../limits/refuse.js'
import type { Services } from './services.js'

/** What a packet with too many user properties is answered, or its connection is closed with. */
export const tooManyProperties = (
  { limits, counters }: Pick<Services, 'limits' | 'counters'>,
  { userProperties }: Properties,
): { reasonCode: number; reason: string } | undefined => {
  if (!userProperties || userProperties.length <= limits.userProperties) return undefined
  countLimit(counters, 'connection', 'userProperties')
  return {
    reasonCode: ReasonCode.QuotaExceeded,
    reason: `A packet has at most ${limits.userProperties} user properties.`,
  }
}
