import type { CommitHandoff, HandoffFailure } from '@daakia/protocol'
import type { Reader, Transaction } from '../../kv/port.js'
import type { Room } from '../append.js'
import type { Outcome } from '../port.js'
import type { Seat } from '../seat.js'
import { standingOf } from '../standing.js'
import { chainFrom, type Handoffs, handoffBy, isGuest, takenBackFrom } from './chains.js'
import { type Back, type Handed, HandoffChange, nothingHanded } from './changes.js'
import { refusalOf } from './refusal.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

/** Why a commit may not hand the conversation over as it says; `undefined` where it may. */
export const conflictOf = (
  reader: Reader,
  { members, handoffs }: Pick<Room, 'members' | 'handoffs'>,
  seat: Seat,
  now: number,
  handoff: Pick<CommitHandoff, 'give' | 'takeBack'> | undefined,
): HandoffFailure | undefined => {
  if (!handoff?.give) return undefined
  const place = { members, ...without(handoffs, seat.bot, handoff.takeBack) }
  return refusalOf(reader, place, seat, now, handoff.give)
}

/** The hand-overs that are left when the bot has taken back what it handed over as `id`. */
const without = (handoffs: Handoffs, bot: string, id: string | undefined) => {
  if (!handoffs || handoffBy(handoffs, bot)?.id !== id) return handoffs && { handoffs }
  const chain = chainFrom(handoffs, bot)
  return { handoffs: handoffs.map((each) => (chain.includes(each) ? { ...each, takenBack: each.seq } : each)) }
}

/** Applies what a commit says of hand-overs, and what follows from it for a bot that was told that it has none any more. */
export const handOver = (
  tx: Transaction,
  room: Room,
  seat: Seat,
  by: { revision: number; index: number; now: number },
  { handoff, checkpoint }: Pick<Committed, 'handoff' | 'checkpoint'>,
): Handed => {
  const isOver = !checkpoint && wasToldToLeave(tx, room.handoffs, seat)
  if (!handoff && !isOver) return nothingHanded
  const change = new HandoffChange(tx, room, { ...by, bot: seat.bot })
  if (handoff?.takeBack !== undefined) change.takeBack(handoff.takeBack)
  if (handoff?.giveBack) change.giveBack(handoff.giveBack)
  if (handoff?.give) change.give(handoff.give)
  if (isOver) change.leave()
  return change.handed
}

/** Whether the conversation was taken back from the bot, and it has heard of that. */
export const wasToldToLeave = (reader: Reader, handoffs: Handoffs, seat: Seat): boolean => {
  const takenBack = takenBackFrom(handoffs, seat.bot)?.takenBack
  return takenBack !== undefined && !standingOf(reader, seat).ahead?.includes(takenBack)
}

/** Gives back, in the name of a bot that has given up, what it was handed; nothing where it was handed nothing. */
export const giveUp = (
  tx: Transaction,
  room: Room,
  by: { bot: string; revision: number; index: number; now: number },
  back: Back & { error: HandoffFailure },
): Handed => {
  if (!isGuest(room.handoffs, by.bot)) return nothingHanded
  const change = new HandoffChange(tx, room, by)
  if (takenBackFrom(room.handoffs, by.bot)) change.leave()
  else change.giveBack(back)
  return change.handed
}
