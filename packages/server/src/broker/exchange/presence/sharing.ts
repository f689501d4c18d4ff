import { directConversation } from '@daakia/protocol'
import type { Store } from '../../../persistence/port.js'
import type { Roster, RosterEntry } from '../../../state/roster/port.js'

/** With their members, of whom each may have a thousand. */
const conversationsAtOnce = 20
const idsAtOnce = 1_000

/** The conversations of a client with their members, page by page. */
export async function* conversationsOf(
  roster: Pick<Roster, 'list'>,
  vendor: string,
  client: string,
): AsyncGenerator<readonly RosterEntry[]> {
  for (let after = ''; ; ) {
    const page = await roster.list(vendor, client, after, conversationsAtOnce)
    const last = page.at(-1)
    if (!last) return
    yield page
    after = last.conversation
  }
}

/** Their ids, page by page. */
export async function* conversationIdsOf(
  roster: Pick<Roster, 'ids'>,
  vendor: string,
  client: string,
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const page = await roster.ids(vendor, client, after, idsAtOnce)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last
  }
}

export interface SharingParts {
  store: Pick<Store, 'conversation'>
  roster: Pick<Roster, 'list'>
}

/** Those of `others` with whom a client shares a conversation, and itself. */
export const sharersOf = async (
  { store, roster }: SharingParts,
  vendor: string,
  client: string,
  others: readonly string[],
): Promise<ReadonlySet<string>> => {
  const missing = new Set(others)
  const found = new Set<string>()
  const find = (other: string) => missing.delete(other) && found.add(other)
  find(client)
  const met = await Promise.all(
    [...missing].map((other) => store.conversation(vendor, directConversation(client, other))),
  )
  for (const { members } of met.filter((each) => each !== undefined)) for (const member of members) find(member)
  if (missing.size === 0) return found
  for await (const page of conversationsOf(roster, vendor, client)) {
    for (const { members } of page) for (const member of members) find(member)
    if (missing.size === 0) break
  }
  return found
}
