import type { Language } from './port.js'

/** How numbers and lists are written: as in the person's country, but not among words of another language. */
export const writingLocale = ({
  locale,
  language,
}: {
  readonly locale: string
  readonly language: Language
}): string => (locale === language.tag || baseOf(locale) === baseOf(language.tag) ? locale : language.tag)

const baseOf = (tag: string): string => new Intl.Locale(tag).language
