/**
 * What a schema library has to offer: Standard Schema (https://standardschema.dev, version 1), which zod, valibot and
 * others implement.
 *
 * @example
 * const id: Schema<number> = z.int().min(1)
 */
export interface Schema<TOutput> {
  readonly '~standard': {
    readonly version: 1
    validate(value: unknown): Validated<TOutput> | Promise<Validated<TOutput>>
    /** Where the library can tell it: the schema as JSON Schema. */
    readonly jsonSchema?: { input(options: { target: string }): Record<string, unknown> } | undefined
  }
}

/**
 * What a schema makes of a value: another one of its type, or what is wrong with it.
 *
 * @example
 * const judge = (found: Validated<number>): string =>
 *   found.issues ? found.issues.map(({ message }) => message).join('; ') : `${found.value} will do`
 */
export type Validated<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] }
