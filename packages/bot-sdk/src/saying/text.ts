/**
 * Words: a text; several that mean the same, of which one is said; or a function that makes them.
 *
 * @typeParam TArgs what the function is given
 * @example
 * const howMany: Text<Around> = ({ locale }) => (locale.startsWith('de') ? 'Wie viele?' : ['How many?', 'How many, please?'])
 * ask({ say: howMany, schema: z.int() })
 */
export type Text<TArgs, TParams = unknown> = Wording | ((args: TArgs, params: TParams) => Wording)

/**
 * A text, or several that mean the same.
 *
 * @example
 * const thanks = (count: number): Wording => (count > 1 ? ['Thanks!', 'Thank you all.'] : 'Thanks.')
 */
export type Wording = string | readonly string[]

/** Takes one of several; the same one when it is asked again in the same circumstances. */
export type Choose = (from: readonly [string, ...string[]]) => string

/** The text that is said. @throws TypeError where there is none to choose from */
export function written<TArgs, TParams>(
  text: Text<TArgs, TParams>,
  args: TArgs,
  params: TParams,
  choose: Choose,
): string {
  const wording = typeof text === 'function' ? text(args, params) : text
  if (typeof wording === 'string') return wording
  const [variant, ...others] = wording
  if (variant === undefined) throw new TypeError('There are no words to choose from: give at least one')
  return choose([variant, ...others])
}
