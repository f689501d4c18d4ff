import { serverProperties } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import type { CallContent } from '../../backend/services/index.js'
import { badProperty } from './refusal.js'

const reserved = new Set<string>(serverProperties)

/** What a call or an answer carries. @throws Refusal where it has a user property that is the server's */
export const contentOf = ({ payload, properties = {} }: PublishPacket): CallContent => {
  const { contentType, payloadFormatIndicator, userProperties = [] } = properties
  const taken = userProperties.find(([name]) => reserved.has(name))
  if (taken) throw badProperty(`The user property "${taken[0]}" is the server's: leave it out, or give it another name`)
  return {
    payload,
    userProperties,
    ...(contentType !== undefined && { contentType }),
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
  }
}
