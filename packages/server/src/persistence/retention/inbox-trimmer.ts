import type { Inbox, InboxEntry } from '../../inbox/port.js'
import type { Store } from '../port.js'

export interface InboxTrimmerParts {
  store: Pick<Store, 'conversation'>
  inbox: Pick<Inbox, 'read' | 'trim'>
}

/** So many pointers are removed in one transaction. */
const atOnce = 200

/** Removes the pointers at the low end of a client's log that lead to messages which are kept no more. */
export const trimInbox = async ({ store, inbox }: InboxTrimmerParts, vendor: string, client: string): Promise<void> => {
  const lastDead = lastDeadIn(store, vendor)
  // Most logs begin with a message that is kept: that is seen by one entry.
  if ((await lastDead(await inbox.read(vendor, client, 0, 1))) === undefined) return
  for (let after = 0, more = true; more; ) {
    const entries = await inbox.read(vendor, client, after, atOnce)
    const dead = await lastDead(entries)
    if (dead === undefined) return
    await inbox.trim(vendor, client, dead)
    more = dead === entries.at(-1)?.offset
    after = dead
  }
}

/** The last of the entries before the first one whose message is kept. */
const lastDeadIn = (store: InboxTrimmerParts['store'], vendor: string) => {
  const firsts = new Map<string, number>()
  const firstOf = async (conversation: string): Promise<number> => {
    const known = firsts.get(conversation)
    if (known !== undefined) return known
    const first = (await store.conversation(vendor, conversation))?.first ?? Number.POSITIVE_INFINITY
    firsts.set(conversation, first)
    return first
  }
  return async (entries: readonly InboxEntry[]): Promise<number | undefined> => {
    let last: number | undefined
    for (const { offset, conversation, seq } of entries) {
      if (seq >= (await firstOf(conversation))) break
      last = offset
    }
    return last
  }
}
