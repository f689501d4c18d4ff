import { type ConnackPacket, type DisconnectPacket, MqttError } from '@daakia/protocol/mqtt'
import { Refused } from '../../errors.js'
import type { Answer } from './requests.js'

const firstRefusal = 0x80

/** What the server said no with: a reason code from 0x80 on. */
export const refusalOf = (packet: Answer | ConnackPacket | DisconnectPacket): Refused | undefined => {
  const reasonCode = 'reasonCodes' in packet ? packet.reasonCodes.find(isRefusal) : packet.reasonCode
  if (reasonCode === undefined || !isRefusal(reasonCode)) return undefined
  return new Refused(reasonCode, packet.properties?.reasonString)
}

const isRefusal = (reasonCode: number): boolean => reasonCode >= firstRefusal

/** What MQTT does not allow to be sent is refused as the server would refuse it. */
export const asRefusal = (error: unknown): Error => {
  if (error instanceof MqttError) return new Refused(error.reasonCode, `${error.message}.`)
  return error instanceof Error ? error : new Error(String(error))
}
