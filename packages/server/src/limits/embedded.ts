import type { Clock } from '@daakia/protocol'
import type { HolderLimits, ScopedLimits, VendorLimits } from './account-limits.js'
import { AccountNode, type Surroundings } from './account-node.js'
import type { Accounts, Holder, OpenAccount, PacketLimits, Scope, Traffic, Usage } from './port.js'
import { noTraffic } from './traffic.js'

export interface EmbeddedAccountsOptions {
  /** Read anew at each `refresh`. */
  limits: ScopedLimits
  clock: Clock
}

/** With each account that is opened, so many that rest are looked at: more than it can add itself. */
const looksAtOnce = 4

const fieldOf = { connection: 'perConnection', client: 'perClient', vendor: 'perVendor' } as const

/**
 * The accounts of one process, as a tree of vendors, clients and connections. An account of a client or a connection
 * lives while something is taken or spent; a vendor's lives as long as the server, as its traffic does.
 */
export class EmbeddedAccounts implements Accounts, Surroundings {
  readonly #vendors = new Map<string, AccountNode>()
  /** Unused, but what they spent has not come back yet; the oldest first. */
  readonly #resting = new Set<AccountNode>()
  #metered: boolean

  constructor(private readonly options: EmbeddedAccountsOptions) {
    this.#metered = isMetered(options.limits)
  }

  get metered(): boolean {
    return this.#metered
  }

  open(holder: Holder): OpenAccount {
    this.#forgetRested()
    return this.at(holder).open()
  }

  at({ vendor, client, connection }: Holder): AccountNode {
    const ofClient = this.#child(this.#vendor(vendor), 'client', client)
    return connection === undefined ? ofClient : this.#child(ofClient, 'connection', connection)
  }

  refresh(): void {
    this.#metered = isMetered(this.options.limits)
    for (const vendor of this.#vendors.values()) this.#refresh(vendor, vendor.name, this.packetLimits(vendor.name))
  }

  packetLimits(vendor: string): Partial<PacketLimits> {
    const own = ownOf(this.options.limits, vendor)
    if (!own) return {}
    const { perConnection: _, perClient: __, perVendor: ___, ...packets } = own
    return packets
  }

  vendors(): Iterable<string> {
    return this.#vendors.keys()
  }

  usage(vendor: string): Usage {
    return this.#vendor(vendor).usage
  }

  traffic(vendor: string): Traffic {
    return this.#vendor(vendor).traffic
  }

  now(): number {
    return this.options.clock.now()
  }

  closed(node: AccountNode): void {
    if (!node.parent || !node.unused) return
    if (node.rested) this.#remove(node, node.parent)
    else this.#resting.add(node)
  }

  #remove(node: AccountNode, parent: AccountNode): void {
    // Another one may have taken its place, where this one was asked for and not opened.
    if (parent.child(node.name) === node) parent.children?.delete(node.name)
    this.closed(parent)
  }

  #forgetRested(): void {
    let looks = looksAtOnce
    for (const node of this.#resting) {
      if (looks-- === 0) return
      this.#resting.delete(node)
      // It goes to the end where it is to rest on: one that takes long must not keep the others.
      this.closed(node)
    }
  }

  #vendor(name: string): AccountNode {
    const known = this.#vendors.get(name)
    if (known) return known
    const limits = this.#limitsOf('vendor', name)
    const made = new AccountNode('vendor', name, undefined, noTraffic(), limits, this.packetLimits(name), this)
    this.#vendors.set(name, made)
    return made
  }

  #child(parent: AccountNode, scope: Scope, name: string): AccountNode {
    const known = parent.child(name)
    if (known) return known
    const vendor = parent.parent ?? parent
    const limits = this.#limitsOf(scope, vendor.name)
    const made = new AccountNode(scope, name, parent, parent.traffic, limits, vendor.packetLimits, this)
    parent.children ??= new Map()
    parent.children.set(name, made)
    return made
  }

  #refresh(node: AccountNode, vendor: string, packetLimits: Partial<PacketLimits>): void {
    node.limits = this.#limitsOf(node.scope, vendor)
    node.packetLimits = packetLimits
    node.wakeWaiting()
    for (const child of node.children?.values() ?? []) this.#refresh(child, vendor, packetLimits)
  }

  #limitsOf(scope: Scope, vendor: string): Partial<HolderLimits> {
    const { limits } = this.options
    const field = fieldOf[scope]
    const own = ownOf(limits, vendor)?.[field]
    return own ? { ...limits[field], ...own } : limits[field]
  }
}

/** A vendor may be called `constructor`. */
const ownOf = ({ vendors }: ScopedLimits, vendor: string): VendorLimits | undefined =>
  Object.hasOwn(vendors, vendor) ? vendors[vendor] : undefined

const isMetered = ({ vendors, ...limits }: ScopedLimits): boolean =>
  [limits, ...Object.values(vendors)].some(limitsPublishing)

const limitsPublishing = ({ perConnection, perClient, perVendor }: VendorLimits): boolean =>
  [perConnection, perClient, perVendor].some(
    (limits) => isLimit(limits?.publishesPerSecond) || isLimit(limits?.publishedBytesPerSecond),
  )

const isLimit = (perSecond: number | undefined): boolean =>
  perSecond !== undefined && perSecond < Number.POSITIVE_INFINITY
