import type { Envelope } from '@daakia/protocol'
import type { JournalLine } from '../history/event.js'

export const toLine = ({ seq, from, id, at, type, payload }: Envelope): JournalLine => ({
  seq,
  from,
  id,
  at,
  text: payload,
  ...(type !== 'text' && { kind: type }),
})
