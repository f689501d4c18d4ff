import { Elsewhere } from './elsewhere.js'
import { offerOf } from './offer.js'
import { Service } from './service.js'
import type { Offered } from './service-nodes.js'

export interface ServiceTableParts {
  /** Calls that an instance takes at once where it does not say. */
  usualCapacity(): number
  /** Makes what nobody guesses. */
  makeToken(): string
}

/** The services that have instances, here or on other nodes, by vendor and then by name. */
export class ServiceTable {
  readonly #services = new Map<string, Map<string, Service>>()

  constructor(private readonly parts: ServiceTableParts) {}

  get(vendor: string, name: string): Service | undefined {
    return this.#services.get(vendor)?.get(name)
  }

  names(vendor: string): Iterable<string> {
    return this.#services.get(vendor)?.keys() ?? []
  }

  /** The one of that name, which is made where there is none. */
  of(vendor: string, name: string): Service {
    const services = this.#services.get(vendor) ?? new Map<string, Service>()
    const service = services.get(name) ?? new Service(name)
    this.#services.set(vendor, services.set(name, service))
    return service
  }

  remove(vendor: string, name: string): void {
    this.#services.get(vendor)?.delete(name)
    if (this.#services.get(vendor)?.size === 0) this.#services.delete(vendor)
  }

  /** What the instances of this node are, all together. */
  offered(vendor: string, service: string): Offered {
    const offer = offerOf(this.get(vendor, service)?.instances ?? [], this.parts.usualCapacity())
    return { vendor, service, ...(offer && { offer }) }
  }

  /** Of all services. */
  offers(): Offered[] {
    return [...this.#services]
      .flatMap(([vendor, services]) => [...services.keys()].map((name) => this.offered(vendor, name)))
      .filter(({ offer }) => offer)
  }

  /** What another node has from now on. Whether that is anything new. */
  learn(node: string, { vendor, service: name, offer }: Offered): boolean {
    const known = this.get(vendor, name)?.elsewhere.get(node)
    if (!offer) return this.get(vendor, name)?.elsewhere.delete(node) ?? false
    if (known) known.offer = offer
    else this.of(vendor, name).elsewhere.set(node, new Elsewhere(node, name, offer, this.parts.makeToken()))
    return true
  }

  /** What another node does not have any more, where this is all that it has. */
  gone(node: string, offers: readonly Offered[]): Offered[] {
    const told = new Set(offers.map(({ vendor, service }) => `${vendor}/${service}`))
    return [...this.#services]
      .flatMap(([vendor, services]) => [...services.values()].map((service) => ({ vendor, service })))
      .filter(({ vendor, service }) => service.elsewhere.has(node) && !told.has(`${vendor}/${service.name}`))
      .map(({ vendor, service }) => ({ vendor, service: service.name }))
  }
}
