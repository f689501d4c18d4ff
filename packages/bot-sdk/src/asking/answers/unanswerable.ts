import type { $ZodType, $ZodTypes } from 'zod/v4/core'

/** Types whose output JSON can't hold, with what to use instead. */
const instead: Readonly<Record<string, string>> = {
  date: 'z.iso.date(), z.iso.time() or z.iso.datetime({ offset: true }), whose output is text',
  bigint: 'z.int()',
  symbol: 'z.enum()',
  map: 'z.object(), with `fill`',
  set: 'z.enum(), one question for each',
  file: 'attachment()',
  function: 'z.enum()',
  promise: 'what it resolves to: an answer is judged at once',
  nan: 'z.number()',
}

/** @throws TypeError where the output of the schema can't be stored with the conversation */
export function refuseUnstorable(schema: $ZodType): void {
  const { def } = (schema as $ZodTypes)._zod
  const type = def.type === 'literal' && def.values.some((value) => typeof value === 'bigint') ? 'bigint' : def.type
  const better = instead[type]
  if (better !== undefined)
    throw new TypeError(`schema: an answer of type ${type} can't be stored with the conversation; use ${better}`)
  if (def.type === 'pipe') refuseUnstorable(def.out)
}

/** Of a schema that no text fits. */
export const notReadable = (type: string): TypeError =>
  new TypeError(
    `schema: nobody can write an answer of type ${type} at once; ask for its parts one by one, or make it of a text by z.string().transform()`,
  )
