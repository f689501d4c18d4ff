/** `1st`, `2nd`, `11th`. */
export const ordinal = (nth: number): string => {
  const ending = nth % 100 >= 11 && nth % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][nth % 10] ?? 'th')
  return `${nth}${ending}`
}
