import type { AsideName } from '../asides/port.js'
import type { AnswerWords, ExpectedPhrases } from './answering.js'

/**
 * What a bot says where the author has given it no words of its own.
 *
 * @example
 * languages: { en: { phrases: { help: 'Tell me what you would like to eat.', cancelled: 'Nothing ordered.' } } }
 */
export interface Phrases {
  notUnderstood: string
  cancelled: string
  /** Said to "help" where neither the machine nor the open question has an answer to it. */
  help: string
  /** Said after a no to a whole that was to be confirmed. */
  whatToChange: string
  /** Said to "skip" where the open question has to be answered. */
  cannotSkip: string
}

/**
 * A language that bots understand and speak.
 *
 * @example
 * on: { order: { actions: say(({ language }) => language.phrases.notUnderstood) } }
 */
export interface Language {
  /** BCP 47. */
  readonly tag: string
  /** What people write, alone, to turn aside: in small letters, without punctuation at the end. */
  readonly asides: Readonly<Record<AsideName, readonly string[]>>
  /**
   * What people write to correct an earlier answer, in small letters: `{answer}` stands for the new answer, `{slot}` for
   * what it is an answer to.
   */
  readonly corrections: readonly string[]
  readonly phrases: Readonly<Phrases>
  /** How people answer what they are asked. */
  readonly answers: AnswerWords
  /** What is said of an answer that does not fit. */
  readonly expected: ExpectedPhrases
}

/**
 * What an author changes in a language, or says of another one; the rest is as it is built in, or English.
 *
 * @example
 * const nl: LanguageChanges = {
 *   asides: { cancel: ['annuleren', 'stop'] },
 *   corrections: ['nee, {answer}', 'verander {slot}'],
 *   phrases: { cancelled: 'Geannuleerd.' },
 * }
 * bot({ id: 'order-bot', version: 1, machine, languages: { nl } })
 */
export type LanguageChanges = {
  readonly [TPart in Exclude<keyof Language, 'tag'>]?: Language[TPart] extends readonly unknown[]
    ? Language[TPart]
    : Partial<Language[TPart]>
}
