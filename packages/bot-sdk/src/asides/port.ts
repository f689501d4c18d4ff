import type { CancelHeard, CorrectHeard, HelpHeard, RepeatHeard, RestartHeard, SkipHeard } from '../authoring/heard.js'
import type { Language } from '../languages/port.js'

/** What people write, alone, to turn aside from what is asked. */
export const asideNames = ['cancel', 'help', 'restart', 'repeat', 'skip'] as const
/**
 * One of the ways to turn aside that is said in a word of its own. It is also the type of the event that the machine hears.
 *
 * @example
 * const off: readonly AsideName[] = ['restart', 'skip']
 * bot({ id: 'order-bot', version: 1, machine, asides: Object.fromEntries(off.map((name) => [name, false])) })
 */
export type AsideName = (typeof asideNames)[number]

/**
 * Which ways to turn aside are on. What is off is heard as a plain `message`.
 *
 * @example
 * asides: { skip: false, correct: false }
 */
export type Asides = Readonly<Record<AsideName | 'correct', boolean>>

export type AsideHeard = CancelHeard | HelpHeard | RestartHeard | RepeatHeard | SkipHeard | CorrectHeard

/** What an aside is read by. */
export interface AsideWords {
  language: Language
  asides: Asides
  correctable: readonly Correctable[]
  /** The one that was answered last. */
  answered: string | undefined
}

/** What was asked for and can be corrected: its name, and the names that people call it by. */
export interface Correctable {
  name: string
  labels: readonly string[]
}
