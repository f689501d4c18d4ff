import * as z from 'zod/mini'
import type { JsonSchema } from './services.js'

/**
 * A schema as JSON Schema (draft 2020-12): of what goes in, or of what comes out. What it checks beyond that, such as how
 * two fields go together, is left out.
 */
export const jsonSchemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, '~standard': __, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
