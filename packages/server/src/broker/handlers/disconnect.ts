import { type DisconnectPacket, MqttError, ReasonCode } from '@daakia/protocol/mqtt'
import type { Live } from '../session/live.js'

/** DISCONNECT (3.14): a goodbye, after which the will is not sent, unless it gives another reason [MQTT-3.14.4-3]. */
export const handleDisconnect = (live: Live, { reasonCode, properties }: DisconnectPacket): void => {
  const seconds = properties?.sessionExpiryInterval
  if (seconds !== undefined) changeExpiry(live, seconds)
  if (reasonCode === ReasonCode.Success) live.session.will = undefined
  live.link.end()
}

const changeExpiry = ({ session, services }: Live, seconds: number): void => {
  if (!session.persistent && seconds > 0)
    throw new MqttError(ReasonCode.ProtocolError, 'A session that ends with its connection cannot be kept (3.14.2.2.2)')
  session.expiryInterval = Math.min(seconds, services.limits.sessionExpirySeconds)
}
