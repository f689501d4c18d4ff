import type { Conversation } from './port.js'

/** `seq` of the oldest message that can be read, be it in the journal or in the archive; `head + 1` where there is none. */
export const oldestOf = ({ first, archivedFrom = first }: Oldest): number => Math.min(first, archivedFrom)

interface Oldest extends Pick<Conversation, 'first'> {
  archivedFrom?: number | undefined
}
