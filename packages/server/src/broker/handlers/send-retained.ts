import { isShared, type QoS } from '@daakia/protocol/mqtt'
import type { Subscription } from '../../state/sessions/port.js'
import { FanOut } from '../fan-out.js'
import { aged } from '../message.js'
import type { RoutedMessage } from '../port.js'
import type { Live } from '../session/live.js'
import type { Terms } from '../subscriber.js'

/** What a new subscription finds on its topics. A shared one finds nothing (4.8.2). */
export const sendRetained = async (live: Live, subscription: Subscription): Promise<void> => {
  if (isShared(subscription.filter)) return
  const { retained, clock } = live.services
  const now = clock.now()
  for (const kept of await retained.match(live.name.vendor, subscription.filter, now)) {
    // Its right may be taken while the messages before are stored.
    if (live.closed) return
    const message = aged(kept, now)
    if (message) await sendOne(live, message, termsOf(message, subscription))
  }
}

/** It says RETAIN (MQTT 5, 3.3.1.3), so that the client can tell it from a new one. */
const termsOf = (message: RoutedMessage, { qos, identifier }: Subscription): Terms => ({
  qos: Math.min(message.qos, qos) as QoS,
  retain: true,
  identifiers: identifier === undefined ? [] : [identifier],
})

const sendOne = async (live: Live, message: RoutedMessage, { qos, retain, identifiers }: Terms): Promise<void> => {
  if (qos === 0 || !live.persistent) return live.deliver(new FanOut(message), { qos, retain, identifiers })
  const target = { session: live.name, qos, retain, identifiers }
  const [shed] = await live.services.sessions.enqueue([target], message)
  if (shed) live.session.missed(shed.excess)
  live.wake()
}
