import type { JsonSchema, MethodInfo, ServiceInfo } from '@daakia/protocol'
import * as z from 'zod/mini'
import { version } from '../../version.js'
import type { Method, Methods } from '../rpc/method.js'

/** The server's own services, as they are told to clients. */
export const ownServices = (methods: Methods): ReadonlyMap<string, ServiceInfo> => {
  const services = new Map<string, ServiceInfo & { methods: Record<string, MethodInfo> }>()
  for (const [name, method] of Object.entries(methods)) {
    const [service = '', methodName = ''] = name.split('/')
    const info = services.get(service) ?? { service, instances: 1, version, methods: {} }
    info.methods[methodName] = infoOf(method)
    services.set(service, info)
  }
  return services
}

const infoOf = ({ about }: Method): MethodInfo => ({
  ...(about?.description !== undefined && { description: about.description }),
  ...(about && { params: jsonSchemaOf(about.params, 'input') }),
  ...(about?.result && { result: jsonSchemaOf(about.result, 'output') }),
})

/** What a schema checks beyond JSON Schema, such as how two fields go together, is left out. */
const jsonSchemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, '~standard': __, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
