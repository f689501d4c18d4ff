/** Whether `tag` is a language tag (BCP 47). */
export const isLocale = (tag: string | undefined): boolean => works(() => new Intl.Locale(tag ?? 'en'))

/** Whether `name` names a time zone (IANA). */
export const isTimeZone = (name: string | undefined): boolean =>
  works(() => new Intl.DateTimeFormat('en', { timeZone: name }))

function works(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
