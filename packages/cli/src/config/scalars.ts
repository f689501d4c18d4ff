import { z } from 'zod'
import { at, type Fields } from './objects.js'
import { Config } from './schema.js'

/** A field that a text can give: one value, or a list. */
export interface ScalarField {
  /** `['listen', 'mqttPort']` */
  path: readonly string[]
  /** `DAAKIA_MQTT_PORT` */
  variable: string
  schema: z.ZodType
}

/** All fields, in the order of the schema. */
export const scalarFields = (schema: z.ZodType = Config, path: readonly string[] = []): ScalarField[] => {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
  if (!(inner instanceof z.ZodObject)) return [{ path, variable: variableOf(path), schema: inner }]
  return Object.entries(inner.shape).flatMap(([name, field]) => scalarFields(field as z.ZodType, [...path, name]))
}

/** `listen` goes without saying: `DAAKIA_TLS_CERT_FILE` is `listen.tls.certFile`. */
const variableOf = (path: readonly string[]): string =>
  ['daakia', ...path.filter((name) => name !== 'listen')]
    .map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase())
    .join('_')

export type Reading = { config: Fields } | { issues: readonly z.core.$ZodIssue[] }

/**
 * What a text means for a field, as the configuration that has this field alone; else what is wrong with it. Lists of
 * texts are parted by commas; what has a structure is JSON.
 */
export const readScalar = ({ path, schema }: ScalarField, text: string): Reading => {
  const [first = text, ...others] = meanings(text)
  const meant = [first, ...others].find((value) => schema.safeParse(value).success)
  if (meant !== undefined) return { config: at(path, meant) }
  return { issues: schema.safeParse(first, { reportInput: true }).error?.issues ?? [] }
}

const meanings = (text: string): unknown[] => [...fromJson(text), text, text.split(',').map((part) => part.trim())]

const fromJson = (text: string): unknown[] => {
  try {
    return [JSON.parse(text)]
  } catch {
    return []
  }
}
