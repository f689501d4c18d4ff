import { nearestLanguage } from '../authoring/manner.js'
import { german } from './de.js'
import { english } from './en.js'
import type { Language, LanguageChanges } from './port.js'

const builtIn: Readonly<Record<string, Language>> = { en: english, de: german }

/** People say what they like as their locale: it must not fill the memory. */
const mostKnown = 1_000

/** The languages of a bot. */
export class Languages {
  readonly #languages: Readonly<Record<string, Language>>
  /** By locale: each word that is said asks. */
  readonly #known = new Map<string, Language>()

  /** @param changes by BCP 47 tag */
  constructor(changes: Readonly<Record<string, LanguageChanges>> = {}) {
    const changed = Object.entries(changes).map(([tag, change]) => [tag, changedLanguage(tag, change)])
    this.#languages = { ...builtIn, ...Object.fromEntries(changed) }
  }

  /** What is spoken to a person of this locale: English where there is nothing nearer. */
  of(locale: string): Language {
    const language = this.#known.get(locale) ?? this.#nearest(locale)
    if (this.#known.size < mostKnown) this.#known.set(locale, language)
    return language
  }

  #nearest(locale: string): Language {
    return this.#languages[nearestLanguage(locale, Object.keys(this.#languages)) ?? 'en'] ?? english
  }
}

function changedLanguage(tag: string, { asides, corrections, phrases, answers, expected }: LanguageChanges): Language {
  const base = builtIn[nearestLanguage(tag, Object.keys(builtIn)) ?? 'en'] ?? english
  return {
    tag,
    asides: { ...base.asides, ...asides },
    corrections: corrections ?? base.corrections,
    phrases: { ...base.phrases, ...phrases },
    answers: { ...base.answers, ...answers },
    expected: { ...base.expected, ...expected },
  }
}
