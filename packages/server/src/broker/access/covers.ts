/** Whether a filter takes in every topic that another one does. */
export const covers = (wide: string, narrow: string): boolean => coversLevels(wide.split('/'), narrow.split('/'))

const coversLevels = (wide: readonly string[], narrow: readonly string[]): boolean => {
  for (const [i, level] of wide.entries()) {
    if (level === '#') return true
    const other = narrow[i]
    if (other === undefined || other === '#') return false
    if (level !== '+' && level !== other) return false
  }
  return wide.length === narrow.length
}
