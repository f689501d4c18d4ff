import type { Properties } from '@daakia/protocol/mqtt'

/** What takes room in a message. */
export interface Measurable {
  readonly topic: string
  readonly payload: Uint8Array
  readonly properties?: Properties
}

/** The size of a message as limits count it: topic, payload and properties; a character counts as a byte. */
export const messageBytes = ({ topic, payload, properties }: Measurable): number =>
  topic.length + payload.length + (properties ? propertiesBytes(properties) : 0)

const propertiesBytes = ({ contentType, responseTopic, correlationData, userProperties }: Properties): number => {
  let bytes = (contentType?.length ?? 0) + (responseTopic?.length ?? 0) + (correlationData?.length ?? 0)
  for (const [name, value] of userProperties ?? []) bytes += name.length + value.length
  return bytes
}
