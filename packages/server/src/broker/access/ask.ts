import { topics } from '@daakia/protocol'
import type { QoS } from '@daakia/protocol/mqtt'
import type { Principal } from '../../identity.js'
import type { Access } from './port.js'

/** What the topic and the flags of a message say about it. */
export interface AskedMessage {
  topic: string
  qos: QoS
  retain: boolean
}

/** Whether somebody may publish this. Topics that begin with `$` are the server's own [MQTT-4.7.2-1]. */
export const mayPublish = (
  access: Access,
  principal: Principal,
  { topic, qos, retain }: AskedMessage,
): boolean | Promise<boolean> =>
  !topic.startsWith('$') && access.authorize(principal, { action: 'publish', topic, qos, retain })

/** Whether somebody may subscribe to this; of a shared subscription, to the filter in it. */
export const maySubscribe = (
  access: Access,
  principal: Principal,
  filter: string,
  qos: QoS,
): boolean | Promise<boolean> => access.authorize(principal, { action: 'subscribe', topic: filter, qos, retain: false })

/** Whether a message that was kept for somebody may still reach them: its topic is asked for as a filter. */
export const mayReceive = maySubscribe

/** Whether somebody may take the calls of a service: the client of its name may, and whoever access allows to. */
export const mayServe = (access: Access, principal: Principal, service: string): boolean | Promise<boolean> =>
  principal.client === service ||
  access.authorize(principal, { action: 'serve', topic: topics.rpc(service, '+'), qos: 0, retain: false })

/** An answer to a question that can fail: what can't be known is not allowed. */
export const orDenied = (
  ask: () => boolean | Promise<boolean>,
  failed: (error: unknown) => void,
): boolean | Promise<boolean> => {
  const denied = (error: unknown): false => {
    failed(error)
    return false
  }
  try {
    const allowed = ask()
    return typeof allowed === 'boolean' ? allowed : allowed.catch(denied)
  } catch (error) {
    return denied(error)
  }
}
