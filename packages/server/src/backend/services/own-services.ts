import { jsonSchemaOf, type MethodInfo, type ServiceInfo } from '@daakia/protocol'
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
