/**
 * What a schema library has to offer: the validating half of Standard Schema (https://standardschema.dev, version 1),
 * which zod, valibot and others implement.
 */
export interface Schema<TOutput> {
  readonly '~standard': {
    readonly version: 1
    validate(value: unknown): Validated<TOutput> | Promise<Validated<TOutput>>
  }
}

export type Validated<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** @throws TypeError where the schema is asynchronous: an answer is judged within one step of the machine. */
export function validate<TOutput>(schema: Schema<TOutput>, value: unknown): Validated<TOutput> {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw new TypeError('The schema of a question has to be synchronous')
  return result
}
