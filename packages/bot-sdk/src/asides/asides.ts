import type { CancelHeard, CorrectHeard, HelpHeard, RepeatHeard, RestartHeard, SkipHeard } from '../authoring/heard.js'
import type { Language } from '../languages/port.js'
import { correctionIn } from './corrections.js'

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

/** The way to turn aside that a text is, if it is one. `/cancel` and its like work in every language. */
export function asideIn(text: string, words: AsideWords): AsideHeard | undefined {
  if (text.length > longest) return undefined
  const bare = bareText(text)
  const type = asideNames.find((name) => words.language.asides[name].includes(bare) || bare === `/${name}`)
  if (type) return words.asides[type] ? { type } : undefined
  return words.asides.correct ? correctionIn(text, words) : undefined
}

/** Nobody turns aside at such length. */
const longest = 500

/** In small letters, without white space around it, punctuation at its end and doubled spaces. */
export const bareText = (text: string): string => {
  const bare = text.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ')
  return bare === '?' ? bare : bare.replace(/[\s.!?…]+$/u, '')
}
