import type { Delivery } from '../../broker/exchange/port.js'
import type { JournalMessage } from '../../persistence/port.js'
import { toDelivery } from '../reader/index.js'
import type { MemberTerms } from './member.js'

export interface QueueDeliveryPlace {
  conversation: string
  client: string
  position: { epoch: number; offset: number }
  /** Somebody may have been given it before. */
  again: boolean
  /** 1 for the first try. */
  attempt: number
  now: number
}

/** A message as work for a connection; `undefined` where its life was over before somebody was given it. */
export const queueDelivery = (
  message: JournalMessage,
  { filter, identifier }: MemberTerms,
  { conversation, client, position, again, attempt, now }: QueueDeliveryPlace,
): Delivery | undefined => {
  const subscription = {
    ...{
      filter,
      interest: { kind: 'messages', conversation: '+' } as const,
      qos: 1 as const,
      noLocal: false,
      after: 0,
    },
    ...(identifier !== undefined && { identifier }),
  }
  const delivery = toDelivery(message, [subscription], { conversation, client, position, resync: false, now, again })
  if (!delivery) return undefined
  // Its packet identifier is any: the place is the client's, not the session's.
  const { place: _, userProperties = [], ...rest } = delivery
  return {
    ...rest,
    ...(again && { again }),
    userProperties: [
      ...userProperties.filter(([name]) => name !== 'pos' || position.offset > 0),
      ['attempt', String(attempt)],
    ],
  }
}
