import { $ZodRegistry, type $ZodType } from 'zod/v4/core'
import type { Reader } from './port.js'

/** Readers of schemas that zod has no kind for. What is made of such a schema with checks has its reader too. */
const readers = new $ZodRegistry<Record<string, unknown>>()

export const withReader = <TSchema extends $ZodType>(schema: TSchema, reader: Reader): TSchema => {
  readers.add(schema as $ZodType, { reader })
  return schema
}

export const ownReaderOf = (schema: $ZodType): Reader | undefined =>
  readers.get(schema)?.reader as unknown as Reader | undefined
