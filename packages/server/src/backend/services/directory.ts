import type { ServiceInfo, ServiceSummary } from '@daakia/protocol'
import type { Methods } from '../rpc/method.js'
import { ownServices } from './own-services.js'
import type { Services } from './services.js'

/** The services that the clients of a vendor may call: the server's own, and those that are connected. */
export class ServiceDirectory {
  #own: ReadonlyMap<string, ServiceInfo> | undefined

  constructor(
    private readonly services: Pick<Services, 'info' | 'names'>,
    /** The server's own; asked once, when the first client does. */
    private readonly methods: () => Methods,
  ) {}

  /** `undefined` where there is no such service, or none of its instances is connected. */
  get(vendor: string, service: string): ServiceInfo | undefined {
    return this.#ownServices.get(service) ?? this.services.info(vendor, service)
  }

  names(vendor: string): string[] {
    return [...this.#ownServices.keys(), ...this.services.names(vendor)].sort()
  }

  list(vendor: string, after: string, limit: number): ServiceSummary[] {
    return this.names(vendor)
      .filter((name) => name > after)
      .slice(0, limit)
      .flatMap((name) => this.get(vendor, name) ?? [])
      .map(({ methods, ...info }) => ({ ...info, ...(methods && { methods: Object.keys(methods) }) }))
  }

  get #ownServices(): ReadonlyMap<string, ServiceInfo> {
    this.#own ??= ownServices(this.methods())
    return this.#own
  }
}
