import type { Violation } from '../checks/violation.js'
import type { Device, VisitingDevice } from '../devices/device.js'
import type { JournalLine } from '../history/event.js'
import type { Story } from '../history/story.js'
import type { Cast, Room } from '../plan/cast.js'
import type { Dice } from '../plan/dice.js'

/** What an area plans within. */
export interface Scope {
  durationMs: number
  /** Operations of this area, on average. */
  perSecond: number
  cast: Cast
}

/** Where operations are carried out. */
export interface World {
  device(name: string): Device
  guest(name: string): VisitingDevice
  /** Reads the history of a conversation from `after` on, by a device that can. */
  read(device: string, conversation: string, range: { after?: number; limit: number }): void
  /** Tells how far its client is: so many before what the device heard last. */
  tell(device: string, conversation: string, field: 'read' | 'delivered', back: number): void
  /** Invites a client, or takes it out, by a device that can. */
  change(device: string, conversation: string, change: 'joined' | 'left', client: string): void
  /** How many messages of a conversation have been heard of, for operations that begin somewhere in it. */
  heardOf(conversation: string): number
}

export interface PlannedOp {
  /** Since the operations began. */
  atMs: number
  /** Which it is, in words: two plans that read the same are the same. */
  text: string
  run(world: World): void
}

/** A part of what is promised: something that is done, and what has to hold afterwards. */
export interface Area {
  readonly name: string
  /** Whether bots take part in it. */
  readonly withBots?: true
  /** Whether devices take part that come and go. */
  readonly withGuests?: true
  /** Its operations, in the order of time; the same for the same dice. */
  plan(dice: Dice, scope: Scope): PlannedOp[]
  /** What still has to happen before the end may be looked at, in words. */
  waitsFor(room: Room, journal: readonly JournalLine[]): readonly string[]
  /** What of its promises the history breaks. */
  check(story: Story): readonly Violation[]
}
