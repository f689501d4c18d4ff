import { type Clock, MuteConversation, ReadRoster, type RosterInfo, type RosterPage } from '@daakia/protocol'
import type { Roster } from '../../state/roster/port.js'
import { toRosterInfo } from '../../state/roster/roster-info.js'
import { badParams, notAMember } from './failure.js'
import { type Methods, method } from './method.js'

export interface RosterParts {
  roster: Pick<Roster, 'standings' | 'mute'>
  clock: Clock
  /** A client has muted a conversation, or no more. */
  muted(vendor: string, client: string, conversation: string): void
}

const usualLimit = 100
const standingsAtOnce = 256
/** Names and numbers that go into one answer. */
const mostAnswerBytes = 1024 * 1024

/** `roster/read` and `roster/mute`. */
export const rosterMethods = ({ roster, clock, muted }: RosterParts): Methods => ({
  'roster/read': method(ReadRoster, async ({ vendor, client }, { limit = usualLimit, after }): Promise<RosterPage> => {
    const all = await readAll(roster, vendor, client, clock.now())
    const from = after === undefined ? 0 : placeAfter(all, readPlace(after))
    const entries = thatFit(all.slice(from, from + limit))
    const last = entries.at(-1)
    const more = last && from + entries.length < all.length
    return { entries, totals: totalsOf(all), ...(more && { next: placeOf(last) }) }
  }),

  'roster/mute': method(MuteConversation, async ({ vendor, client }, { conversation, until }): Promise<object> => {
    if (!(await roster.mute(vendor, client, conversation, until ?? undefined))) throw notAMember()
    muted(vendor, client, conversation)
    return {}
  }),
})

/** All of a client's conversations, those in which something happened last first. */
const readAll = async (
  roster: Pick<Roster, 'standings'>,
  vendor: string,
  client: string,
  now: number,
): Promise<readonly RosterInfo[]> => {
  const all: RosterInfo[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await roster.standings(vendor, client, after, standingsAtOnce)
    for (const standing of page) all.push(toRosterInfo(standing, now))
    after = page.length < standingsAtOnce ? undefined : page.at(-1)?.conversation
    // A roster of any size holds up nobody else for long.
    if (after !== undefined) await new Promise((resolve) => setImmediate(resolve))
  }
  return all.sort(byActivity)
}

type Place = Pick<RosterInfo, 'at' | 'conversation'>

const byActivity = (one: Place, other: Place): number =>
  other.at - one.at || (one.conversation < other.conversation ? -1 : one.conversation > other.conversation ? 1 : 0)

const placeOf = ({ at, conversation }: Place): string => `${at}/${conversation}`

/** @throws RpcFailure */
const readPlace = (text: string): Place => {
  const match = /^(\d{1,16})\/(.+)$/.exec(text)
  if (!match) throw badParams('after: must be the "next" of the page before')
  return { at: Number(match[1]), conversation: match[2] as string }
}

const placeAfter = (all: readonly Place[], place: Place): number => {
  const index = all.findIndex((entry) => byActivity(entry, place) > 0)
  return index < 0 ? all.length : index
}

const totalsOf = (all: readonly RosterInfo[]): RosterPage['totals'] => {
  const heard = all.filter(({ unread, mutedUntil }) => unread > 0 && mutedUntil === undefined)
  const unread = heard.reduce((sum, entry) => sum + entry.unread, 0)
  return { conversations: all.length, unreadConversations: heard.length, unread }
}

/** The first of the entries, as many as go into one packet. */
const thatFit = (entries: readonly RosterInfo[]): RosterInfo[] => {
  let left = mostAnswerBytes
  const end = entries.findIndex((entry, index) => {
    left -= JSON.stringify(entry).length
    return left < 0 && index > 0
  })
  return end < 0 ? [...entries] : entries.slice(0, end)
}
