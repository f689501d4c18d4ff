import type { Schema, Validated } from '@daakia/client-sdk/internal'

export type { Schema, Validated }

/** @throws TypeError where the schema is asynchronous: an answer is judged within one step of the machine. */
export function validate<TOutput>(schema: Schema<TOutput>, value: unknown): Validated<TOutput> {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw new TypeError('A schema has to be synchronous here')
  return result
}
