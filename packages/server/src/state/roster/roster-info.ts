import { mostRosterMembers, type RosterInfo } from '@daakia/protocol'
import type { RosterStanding } from './port.js'

/** A client's standing as it is told. `now`: what was muted until then is so no more. */
export const toRosterInfo = ({ members, mutedUntil, ...places }: RosterStanding, now: number): RosterInfo => ({
  ...places,
  members: members.slice(0, mostRosterMembers),
  memberCount: members.length,
  ...(isMuted(mutedUntil, now) && { mutedUntil }),
})

const isMuted = (mutedUntil: RosterStanding['mutedUntil'], now: number): mutedUntil is number | 'forever' =>
  mutedUntil === 'forever' || (mutedUntil !== undefined && mutedUntil > now)
