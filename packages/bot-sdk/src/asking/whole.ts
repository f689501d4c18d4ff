import * as z from 'zod/mini'
import type { $ZodObject } from 'zod/v4/core'
import { type Schema, validate } from './schema.js'
import type { Filled } from './slots.js'

/** What does not fit together in an object whose fields are right each by itself. */
export interface Mismatch {
  problem: string
  /** The fields that are named as the reason; none where it is all of it. */
  fields: readonly string[]
}

/** Judges a whole object. */
export type Whole = (values: Filled) => Mismatch | undefined

/** By the checks that a schema has beside those of its fields, such as `refine`. Fields have been judged before. */
export function wholeOf(schema: $ZodObject): Whole {
  const { shape, checks = [] } = schema._zod.def
  if (checks.length === 0) return () => undefined
  const anything = Object.fromEntries(Object.keys(shape).map((name) => [name, z.optional(z.any())]))
  const judge = z.looseObject(anything).check(...(checks as Parameters<z.ZodMiniType['check']>))
  return (values) => {
    const { issues } = validate(judge as unknown as Schema<unknown>, values)
    const [first] = issues ?? []
    if (!first) return undefined
    const fields = (issues ?? []).map(({ path = [] }) => nameIn(path[0])).filter((name) => Object.hasOwn(shape, name))
    return { problem: first.message, fields: [...new Set(fields)] }
  }
}

/** A step of a path is a key, or an object that has it. */
const nameIn = (step: unknown): string =>
  String(typeof step === 'object' && step !== null && 'key' in step ? step.key : step)
