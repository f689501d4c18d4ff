import { type Schema, validate } from '../asking/schema.js'
import type { Json } from '../engine/json.js'
import { isReadable, respelled } from './spelling.js'

/**
 * What an entity may be: one of a list, in any case of letters, or what a synchronous schema makes of the text.
 *
 * @example
 * const dish: EntityKind = ['pizza', 'salad']
 * const count: EntityKind = z.coerce.number().int()
 */
export type EntityKind = readonly string[] | Schema<Json>

/**
 * What the entities of a recogniser may be, by name.
 *
 * @example
 * const entities = { dish: ['pizza', 'salad'], count: z.coerce.number().int() } satisfies EntityKinds
 * patterns({ intents: { order: ['order {count} {dish}'] }, entities })
 */
export type EntityKinds = Readonly<Record<string, EntityKind>>

/**
 * The type of an entity's value.
 *
 * @example
 * const sizes = ['small', 'large'] as const
 * const price: Record<EntityValue<typeof sizes>, number> = { small: 8, large: 11 }
 */
export type EntityValue<TKind> = TKind extends readonly (infer TChoice)[]
  ? TChoice
  : TKind extends Schema<infer TValue>
    ? TValue
    : string

export const isList = (kind: EntityKind | undefined): kind is readonly string[] => Array.isArray(kind)

/** The value of what was written for an entity, or none where that is no such thing; a text where nothing is said of it. */
export function entityValue(kind: EntityKind | undefined, written: string): { value: Json } | undefined {
  if (!isReadable(written)) return undefined
  if (!kind) return { value: written }
  if (isList(kind)) {
    const value = kind.find((choice) => bare(choice) === bare(written))
    return value === undefined ? undefined : { value }
  }
  const validated = validate(kind, written)
  return validated.issues ? undefined : { value: validated.value }
}

const bare = (text: string): string => respelled(text).trim().toLowerCase().replace(/\s+/g, ' ')
