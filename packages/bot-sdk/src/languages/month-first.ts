/** Whether people there write the month before the day: 7/4 is then in July. */
export function isMonthFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric' }).formatToParts(0)
  const at = (type: string) => parts.findIndex((part) => part.type === type)
  return at('month') < at('day')
}
