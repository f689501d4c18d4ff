import type { JournalLine } from './event.js'

/** What an entry says that tells of who comes or goes; undefined for others. */
export const readChange = ({ kind, text }: JournalLine): { change: string; clients: readonly string[] } | undefined =>
  kind === 'member' ? JSON.parse(text) : undefined

/** Who was in a conversation when, by those who founded it and by its journal. */
export const membership = (founders: readonly string[], lines: readonly JournalLine[]) => {
  const changes = lines.flatMap((line) => {
    const change = readChange(line)
    return change && change.change !== 'closed' ? [{ seq: line.seq, ...change }] : []
  })
  /** Members after the entry with this `seq`. */
  const after = (seq: number): Set<string> => {
    const members = new Set(founders)
    for (const { change, clients, ...entry } of changes) {
      if (entry.seq > seq) break
      for (const client of clients) change === 'joined' ? members.add(client) : members.delete(client)
    }
    return members
  }
  const ofClient = (client: string) => changes.filter(({ clients }) => clients.includes(client))
  return {
    changes,
    after,
    /** Whether the entry is for the client: while it is a member, and when it comes or goes. */
    to: (client: string, seq: number): boolean => {
      const own = ofClient(client)
      if (own.some((entry) => entry.seq === seq)) return true
      const last = own.findLast((entry) => entry.seq < seq)
      return last ? last.change === 'joined' : founders.includes(client)
    },
  }
}
