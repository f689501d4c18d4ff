import type { AnyEventObject } from 'xstate'

const builtIn: readonly (readonly [RegExp, 'cancel' | 'help'])[] = [
  [/^\/?cancel[.!]?$/i, 'cancel'],
  [/^(\/?help[.!?]?|\?)$/i, 'help'],
]

/** `cancel` and `help`, written alone; `undefined` for any other text. */
export function recogniseBuiltIn(text: string): AnyEventObject | undefined {
  const type = builtIn.find(([pattern]) => pattern.test(text.trim()))?.[1]
  return type && { type }
}
