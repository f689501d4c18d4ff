import { DescribeService, ListServices, RpcCode, ServiceInfo, ServiceList } from '@daakia/protocol'
import type { ServiceDirectory } from '../services/index.js'
import { RpcFailure } from './failure.js'
import { type Methods, method } from './method.js'

const usualLimit = 100

/** `services/list` and `services/describe`. */
export const serviceMethods = (directory: ServiceDirectory): Methods => ({
  'services/list': method(
    ListServices,
    async ({ vendor }, { after = '', limit = usualLimit }): Promise<ServiceList> => ({
      services: directory.list(vendor, after, limit),
    }),
    { description: 'The services that you may call, in the order of their names', result: ServiceList },
  ),

  'services/describe': method(
    DescribeService,
    async ({ vendor }, { service }): Promise<ServiceInfo> => {
      const info = directory.get(vendor, service)
      if (!info) throw new RpcFailure(RpcCode.NotFound, `No instance of the service ${service} is connected`)
      return info
    },
    { description: 'A service with its methods and their JSON Schemas', result: ServiceInfo },
  ),
})
