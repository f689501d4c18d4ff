import type { Loss } from '../history/losses.js'
import { readChange } from '../history/membership.js'
import { epochOf, type Heard, type Listener, type Story } from '../history/story.js'
import { apology, readAnswer } from '../programs/speech.js'
import { grouped } from './grouped.js'
import type { IsUnseen } from './unseen.js'
import type { Violation } from './violation.js'

/** What a device heard from one `resync` to the next, which begins with that. */
export const timelinesOf = (heard: readonly Heard[]): readonly (readonly Heard[])[] => {
  const lines: Heard[][] = [[]]
  for (const event of heard) {
    if (event.resync) lines.push([])
    lines.at(-1)?.push(event)
  }
  return lines
}

/**
 * The master of Redis with which what was heard, and is not there, may be gone. Nothing of it is heard after the `resync` that tells
 * of its loss, nor in the epoch that the inbox has in the end.
 */
export const lossOf = (
  event: Heard,
  { name, client, heard }: Listener,
  story: Story,
  isUnseen: IsUnseen,
): Loss | undefined => {
  const epoch = event.pos === undefined ? undefined : epochOf(event.pos)
  const { conversation } = event
  // Where its conversation lies elsewhere, that goes back without the inbox.
  const isTogether = story.losses.areTogether(conversation, client)
  const isOfToday = isTogether && epoch !== undefined && epoch === story.inboxes.get(client)?.[0]?.epoch
  if (!wasSaid(event, story)) return undefined
  const told = heard.findLast(({ resync, n }) => resync && n <= event.n)?.ms ?? Number.NEGATIVE_INFINITY
  return story.losses
    .ofNews({ who: name, ms: event.ms }, conversation, client)
    .find((loss) => told < loss.noticeableMs && (!isOfToday || isUnseen(loss)))
}

/** Whether somebody may have said it, be it gone or not. */
const wasSaid = ({ conversation, text, from }: Heard, { rooms, sent }: Story): boolean => {
  const { bots = [], open = false } = rooms.get(conversation) ?? {}
  if (from === undefined || bots.includes(from)) {
    if (bots.length > 0 && (text === apology || readAnswer(text) !== undefined)) return true
  }
  if (open && (from === undefined || isChange(text))) return true
  return sent.some(
    (op) => op.conversation === conversation && op.text === text && (from === undefined || op.client === from),
  )
}

const isChange = (text: string): boolean => {
  try {
    return readChange({ seq: 0, from: '', id: '', at: 0, text, kind: 'member' })?.clients !== undefined
  } catch {
    return false
  }
}

/**
 * A device is told once of each loss of its inbox that its place is gone, and once of each loss of a conversation that lies elsewhere: with the
 * first message that comes after it, which may be another conversation's.
 */
export const checkResyncs = ({ name, client, way, heard }: Listener, { losses, rooms }: Story): Violation[] => {
  const told = heard.filter(({ resync }) => resync)
  // To a session, what was not acknowledged comes again as it was.
  const once =
    way === 'session'
      ? [...grouped(told, ({ pos, n }) => pos ?? `${n}`).values()].flatMap(([first]) => first ?? [])
      : told
  const own = [...rooms].filter(([, { members, open }]) => open || members.includes(client))
  const elsewhere = own.flatMap(([conversation]) => (losses.areTogether(conversation, client) ? [] : [conversation]))
  const due = [client, ...elsewhere].flatMap((place) => losses.resyncsOf(place))
  return withoutRepeated(once).flatMap((event, count) => {
    if (count < due.filter((ms) => ms <= event.ms).length) return []
    return [{ rule: 'resync', says: `${name} was told that its place is gone`, events: [event.n] }]
  })
}

/**
 * A message that told of a loss elsewhere keeps its `resync` where an inbox that went back is heard from its beginning. What comes first in a
 * new epoch tells of the inbox itself. A device that is told no epochs may hear any of them again.
 */
const withoutRepeated = (told: readonly Heard[]): readonly Heard[] => {
  const known = new Set<string>()
  return told.filter(({ conversation, seq, id, pos }) => {
    const message = JSON.stringify([conversation, seq, id])
    const epoch = (pos && epochOf(pos)) ?? ''
    const place = `${epoch} ${message}`
    const isRepeated = known.has(message) && (epoch === '' || (known.has(epoch) && !known.has(place)))
    for (const each of [message, epoch, place]) known.add(each)
    return !isRepeated
  })
}
