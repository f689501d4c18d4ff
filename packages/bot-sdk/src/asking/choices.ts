const bare = (text: string): string => text.trim().toLowerCase()

const mentions = (answer: string, choice: string): boolean =>
  ` ${words(answer)} `.includes(` ${words(choice)} `) && words(choice) !== ''

const words = (text: string): string =>
  bare(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')

/**
 * The choice that an answer names: one written out (in any case), one by its number counted from 1, or the only one
 * that the answer mentions. `undefined` where it names none, or several.
 */
export function chosen<TChoice extends string>(choices: readonly TChoice[], answer: string): TChoice | undefined {
  const exact = choices.find((choice) => bare(choice) === bare(answer))
  if (exact !== undefined) return exact
  if (/^\d+$/.test(bare(answer))) return choices[Number(bare(answer)) - 1]
  const mentioned = choices.filter((choice) => mentions(answer, choice))
  return mentioned.length === 1 ? mentioned[0] : undefined
}
