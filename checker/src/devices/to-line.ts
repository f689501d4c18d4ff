import type { Envelope } from '@daakia/protocol'
import type { JournalLine } from '../history/event.js'

export const toLine = ({ seq, from, id, at, type, payload, plain }: Envelope): JournalLine => ({
  seq,
  from,
  id,
  at,
  text: payload,
  ...(plain !== undefined && { plain }),
  ...(type !== 'text' && { kind: type }),
})
