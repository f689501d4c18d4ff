import { type Properties, ReasonCode, type SubscribePacket, type SubscriptionRequest } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'
import { type Granted, subscribeOne } from './subscribe-one.js'

/** SUBSCRIBE (3.8): one answer for each filter, and then what each subscription begins with. */
export const handleSubscribe = async (live: Live, packet: SubscribePacket): Promise<void> => {
  const granted: Granted[] = []
  for (const request of packet.subscriptions)
    if (!live.closed) granted.push(told(live, request, await subscribeOne(live, request, packet.properties ?? {})))
  if (granted.some(isGranted)) await makeKnown(live)
  live.link.send({
    type: 'suback',
    packetId: packet.packetId,
    reasonCodes: granted.map(({ reasonCode }) => codeFor(live, reasonCode)),
    properties: propertiesOf(granted),
  })
  for (const { begin } of granted) await begin?.()
}

/** Stored, and known to the other nodes: what is published there from now on comes here. */
const makeKnown = async (live: Live): Promise<void> => {
  if (live.persistent) await live.save()
  await live.services.elsewhere.announced()
}

/** SUBACK of MQTT 3.1.1 can't say why a filter is refused. */
const told = (live: Live, { filter }: SubscriptionRequest, granted: Granted): Granted => {
  const { reasonCode: code, reason = '' } = granted
  if (live.version === 4 && !isGranted(granted)) live.tell({ type: 'subscription-refused', code, reason, filter })
  return granted
}

const isGranted = ({ reasonCode }: Granted): boolean => reasonCode < ReasonCode.UnspecifiedError

/** MQTT 3.1.1 knows one way to refuse [MQTT-3.9.3-2]. */
const codeFor = (live: Live, reasonCode: number): number =>
  live.version === 4 && reasonCode > ReasonCode.UnspecifiedError ? ReasonCode.UnspecifiedError : reasonCode

/** There is one reason string for all filters: that of the first refusal. */
const propertiesOf = (granted: readonly Granted[]): Properties => {
  const reason = granted.find((each) => each.reason !== undefined)?.reason
  const userProperties = granted.flatMap((each) => each.userProperties ?? [])
  return {
    ...(reason !== undefined && { reasonString: reason }),
    ...(userProperties.length > 0 && { userProperties }),
  }
}
