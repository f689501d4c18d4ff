import type { Envelope } from '@daakia/protocol'
import type { JournalLine } from '../history/event.js'

export const toLine = ({ seq, from, id, at, payload }: Envelope): JournalLine => ({ seq, from, id, at, text: payload })
