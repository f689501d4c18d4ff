import { type MethodInfo, type ServiceMethods, subscriptionProperties } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { Schema } from '../schema.js'
import type { CheckedMethod } from './port.js'

export interface Announced {
  methods: ReadonlyMap<string, CheckedMethod<unknown>>
  capacity: number
  version?: string | undefined
  description?: string | undefined
}

/** The user properties by which an instance says what it is. A method has one of its own: each has room for 65,535 bytes. */
export const announcementOf = ({ methods, capacity, version, description }: Announced): UserProperty[] => [
  [subscriptionProperties.capacity, String(capacity)],
  ...(version === undefined ? [] : [[subscriptionProperties.version, version] as const]),
  ...(description === undefined ? [] : [[subscriptionProperties.description, description] as const]),
  ...portionsOf(methods).map((portion) => [subscriptionProperties.methods, JSON.stringify(portion)] as const),
]

/** Few properties, for servers limit their number, and each of a size that fits. */
const portionsOf = (methods: Announced['methods']): ServiceMethods[] => {
  const portions: ServiceMethods[] = [{}]
  let length = 0
  for (const [name, method] of methods) {
    const info = infoOf(method)
    const more = JSON.stringify(info).length + name.length
    if (length + more > mostCharacters) {
      portions.push({})
      length = 0
    }
    length += more + 8
    Object.assign(portions.at(-1) ?? {}, { [name]: info })
  }
  return portions
}

/** A character may take three bytes of the 65,535. */
const mostCharacters = 20_000

const infoOf = ({ description, params, result }: CheckedMethod<unknown>): MethodInfo => {
  const schemas = { params: jsonSchemaOf(params), result: jsonSchemaOf(result) }
  return {
    ...(description !== undefined && { description }),
    ...(schemas.params && { params: schemas.params }),
    ...(schemas.result && { result: schemas.result }),
  }
}

/** Nothing where the schema's library can't tell it, or the schema is more than JSON Schema can say. */
const jsonSchemaOf = (schema: Schema<unknown> | undefined): Record<string, unknown> | undefined => {
  try {
    return schema?.['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })
  } catch {
    return undefined
  }
}
