import type { Language } from './port.js'

/** How numbers and lists are written: as in the person's country, but not among words of another language. */
export const writingLocale = ({
  locale,
  language,
}: {
  readonly locale: string
  readonly language: Language
}): string => (new Intl.Locale(locale).language === new Intl.Locale(language.tag).language ? locale : language.tag)
