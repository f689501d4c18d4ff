import type { Saying } from '@daakia/client-sdk'
import { isMessageType } from '@daakia/protocol'
import type { Sends } from './line.js'

/** What somebody sends: of a type that nobody knows, the body goes as JSON. */
export const sayingOf = ({ type, body }: Sends): Saying =>
  isMessageType(type)
    ? ({ type, body } as Saying)
    : { type, contentType: 'application/json', payload: new TextEncoder().encode(JSON.stringify(body)) }
