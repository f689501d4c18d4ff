import type { Saying } from '@daakia/client-sdk'
import { isMessageType } from '@daakia/protocol'
import type { Place, Says, Sends } from './line.js'
import { isWritable } from './text.js'

/** What somebody says, so that it can be written and read as it is. */
export const saysOrSends = (who: string, text: string, place: Place = {}): Says | Sends =>
  isWritable(text)
    ? { kind: 'says', who, ...place, text }
    : { kind: 'sends', who, ...place, type: 'text', body: { text } }

/** What somebody sends: of a type that nobody knows, the body goes as JSON. */
export const sayingOf = ({ type, body }: Sends): Saying =>
  isMessageType(type)
    ? ({ type, body } as Saying)
    : { type, contentType: 'application/json', payload: new TextEncoder().encode(JSON.stringify(body)) }
