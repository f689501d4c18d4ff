import { ReasonCode, type UnsubscribePacket } from '@daakia/protocol/mqtt'
import { isExchangeFilter } from '../exchange-filter.js'
import type { Live } from '../session/live.js'

/** UNSUBSCRIBE (3.10). What was sent before still arrives. */
export const handleUnsubscribe = async (live: Live, { packetId, filters }: UnsubscribePacket): Promise<void> => {
  const reasonCodes: number[] = []
  for (const filter of filters) reasonCodes.push(await unsubscribeOne(live, filter))
  if (live.persistent) await live.save()
  live.link.send({ type: 'unsuback', packetId, reasonCodes: live.version === 5 ? reasonCodes : [] })
}

const unsubscribeOne = async (live: Live, filter: string): Promise<number> => {
  const { session, router, services } = live
  const subscriber = session.subscribers.get(filter)
  if (!subscriber) return ReasonCode.NoSubscriptionExisted
  session.unsubscribe(filter)
  if (isExchangeFilter(filter)) await services.exchange.unsubscribe(live, filter)
  else router.remove(subscriber)
  return ReasonCode.Success
}
