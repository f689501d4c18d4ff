/** An object of a configuration, with a value for each field. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether it is made of fields, and is no list, no instance, and no authenticator or access that code has made. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !('authenticate' in value || 'authorize' in value)

/** What `over` has takes the place of what `base` has, field by field. Lists are taken as a whole. */
export const merge = (base: Fields, over: Fields): Fields => {
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(over)) if (value !== undefined) merged[name] = mergeOne(base[name], value)
  return merged
}

const mergeOne = (base: unknown, over: unknown): unknown =>
  isFields(base) && isFields(over) ? merge(base, over) : over

/** Every value that is no object or list of them, changed by its name. */
export const mapValues = (value: unknown, change: (name: string, value: unknown) => unknown, name = ''): unknown => {
  if (Array.isArray(value)) return value.map((each) => mapValues(each, change, name))
  if (!isFields(value)) return change(name, value)
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, mapValues(each, change, field)]))
}

/** An object with one value, at this path. */
export const at = (path: readonly string[], value: unknown): Fields =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Fields
