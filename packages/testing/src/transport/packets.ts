import { Refused, type TransportMessage } from '@daakia/client-sdk'
import type { Packet, Properties, PublishPacket } from '@daakia/protocol/mqtt'

/** A message as a PUBLISH of QoS 0. */
export const publishOf = ({ topic, payload, retain = false, ...properties }: TransportMessage): PublishPacket => ({
  type: 'publish',
  topic,
  payload,
  retain,
  qos: 0,
  dup: false,
  properties,
})

/** A PUBLISH without what is MQTT's own. */
export const messageOf = ({ topic, payload, retain, properties = {} }: PublishPacket): TransportMessage => {
  const { contentType, responseTopic, correlationData, userProperties } = properties
  return {
    topic,
    payload,
    retain,
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData }),
    ...(userProperties && { userProperties }),
  }
}

export const propertiesOf = (packet: Packet): Properties => ('properties' in packet && packet.properties) || {}

/** What the server said no with: a reason code from 0x80 on. */
export const refusalOf = (packet: Packet): Refused | undefined => {
  const reasonCode = reasonCodesOf(packet).find((code) => code >= 0x80)
  return reasonCode === undefined ? undefined : new Refused(reasonCode, propertiesOf(packet).reasonString)
}

const reasonCodesOf = (packet: Packet): readonly number[] => {
  if ('reasonCodes' in packet) return packet.reasonCodes
  return 'reasonCode' in packet ? [packet.reasonCode] : []
}
