import { mayCarry, type Packet, type ProtocolVersion, ReasonCode, toReturnCode } from '@daakia/protocol/mqtt'

/** Why a connection ends, in the terms of MQTT 5. */
export interface Ending {
  reasonCode: number
  reason?: string | undefined
  /** Where to connect instead, with 0x9C and 0x9D. */
  serverReference?: string | undefined
}

/** What the server says to a client that it does not let in; MQTT 3.1.1 has no code for most, and is told nothing. */
export const refusal = (version: ProtocolVersion, ending: Ending): Packet | undefined => {
  const code = version === 5 ? connackCode(ending.reasonCode) : toReturnCode(ending.reasonCode)
  if (code === undefined) return undefined
  return { type: 'connack', sessionPresent: false, reasonCode: code, ...explained(ending) }
}

/** What the server says to a client before it closes; MQTT 3.1.1 knows no DISCONNECT from a server. */
export const goodbye = (version: ProtocolVersion, ending: Ending): Packet | undefined =>
  version === 5 ? { type: 'disconnect', reasonCode: ending.reasonCode, ...explained(ending) } : undefined

/** A CONNACK can't carry every code. */
export const connackCode = (reasonCode: number): number =>
  mayCarry('connack', reasonCode) ? reasonCode : ReasonCode.ServerUnavailable

const explained = ({ reason, serverReference }: Ending) => ({
  properties: { ...(reason && { reasonString: reason }), ...(serverReference && { serverReference }) },
})
