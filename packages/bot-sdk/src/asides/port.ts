import type { CancelHeard, CorrectHeard, HelpHeard, RepeatHeard, RestartHeard, SkipHeard } from '../authoring/heard.js'
import type { Language } from '../languages/port.js'

/** What people write, alone, to turn aside from what is asked. */
export const asideNames = ['cancel', 'help', 'restart', 'repeat', 'skip'] as const
export type AsideName = (typeof asideNames)[number]

/** Which ways to turn aside are on. */
export type Asides = Readonly<Record<AsideName | 'correct', boolean>>

export type AsideHeard = CancelHeard | HelpHeard | RestartHeard | RepeatHeard | SkipHeard | CorrectHeard

/** What an aside is read by. */
export interface AsideWords {
  language: Language
  asides: Asides
  /** What can be corrected: its name, and the names that people call it by. */
  slots: readonly Slot[]
  /** The one that was answered last. */
  answered: string | undefined
}

export interface Slot {
  name: string
  labels: readonly string[]
}
