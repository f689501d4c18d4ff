/** Whether `tag` is a language tag (BCP 47). */
export const isLocale = (tag: string | undefined): boolean => works(() => new Intl.Locale(tag ?? 'en'))

/** Whether `name` names a time zone (IANA). */
export const isTimeZone = (name: string | undefined): boolean =>
  works(() => new Intl.DateTimeFormat('en', { timeZone: name }))

/** Of the languages that are there, the one that a person with `locale` speaks: itself, or what it is a kind of. */
export function nearestLanguage(locale: string, available: readonly string[]): string | undefined {
  const named = new Map(available.map((tag) => [tag.toLowerCase(), tag]))
  const parts = locale.toLowerCase().split('-')
  const shorter = parts.map((_, at) => parts.slice(0, parts.length - at).join('-'))
  return shorter.map((tag) => named.get(tag)).find((tag) => tag !== undefined)
}

function works(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
