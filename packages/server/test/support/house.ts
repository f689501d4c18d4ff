import { idMaker } from '@daakia/protocol'
import type { ConnackPacket, ConnectPacket, ProtocolVersion } from '@daakia/protocol/mqtt'
import { EmbeddedRetained } from '../../src/broker/embedded-retained.js'
import {
  type Access,
  type Authorize,
  accessBy,
  allowAll,
  type Broker,
  type BrokerOptions,
  createBroker,
  defaultBrokerLimits,
  type Exchange,
} from '../../src/broker/index.js'
import { EmbeddedConnections } from '../../src/connection-manager/embedded.js'
import {
  AuthenticationChain,
  type AuthenticationWay,
  authenticateLoopback,
  type ByteStream,
  type ConnectionManager,
  type ConnectionManagerOptions,
  createConnectionManager,
  defaultConnectionLimits,
  streamPair,
} from '../../src/connection-manager/index.js'
import type { Connections } from '../../src/connection-manager/port.js'
import { type Counters, noCounts } from '../../src/counters.js'
import type { SharedKeyValue } from '../../src/kv/port.js'
import { defaultScopedLimits, type ScopedLimits, type VendorLimits } from '../../src/limits/account-limits.js'
import { EmbeddedAccounts } from '../../src/limits/embedded.js'
import type { Accounts } from '../../src/limits/port.js'
import { silentLog } from '../../src/log.js'
import { Alone } from '../../src/peers/alone.js'
import type { Peers } from '../../src/peers/port.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { ManualClock } from './manual-clock.js'
import { Peer } from './peer.js'
import { inMemory, type Storage } from './storage.js'

export interface HouseOptions extends Partial<Pick<BrokerOptions, 'exchange'>> {
  authentication?: readonly AuthenticationWay[]
  authorize?: Authorize
  /** Instead of `authorize`: one that can change. */
  access?: Access
  storage?: Storage<SharedKeyValue>
  clock?: ManualClock
  brokerLimits?: Partial<BrokerOptions['limits']>
  connectionLimits?: Partial<ConnectionManagerOptions['limits']>
  /** It is one of several over the same storage. */
  node?: { peers: Peers; connections: Connections }
  accountLimits?: VendorLimits & Partial<Pick<ScopedLimits, 'vendors'>>
}

/** Connection manager and broker at work, in this process. */
export interface House {
  readonly clock: ManualClock
  readonly broker: Broker
  readonly counters: Counters
  readonly accounts: Accounts
  /** Of the accounts; what changes here holds after `accounts.refresh()`. */
  readonly limits: ScopedLimits
  readonly waitingRoom: ConnectionManager['waitingRoom']
  readonly manager: Pick<ConnectionManager, 'redirect' | 'sendAway'>
  accept(stream: ByteStream): void
  /** A stream to the server on which nothing was said yet. */
  peer(version?: ProtocolVersion): Peer
  /** A client that has connected. */
  connect(clientId: string, fields?: Partial<ConnectPacket>): Promise<Peer & { connack: ConnackPacket }>
  /** Stops the server; its storage stays. */
  stop(): Promise<void>
  /** Another server over the same storage. */
  restart(): Promise<House>
  /** Stops the server and removes its storage. */
  close(): Promise<void>
}

/** For tests of plain MQTT: nothing is under `daak/`. */
const closedExchange: Exchange = {
  publish: async () => ({ reasonCode: 0x90 }),
  subscribe: async () => ({ reasonCode: 0x8f }),
  unsubscribe: async () => false,
  resume: async () => {},
  attach: () => {},
  detach: () => {},
}

export const openHouse = async (options: HouseOptions = {}): Promise<House> => {
  const storage = options.storage ?? (await inMemory())
  const clock = options.clock ?? new ManualClock()
  const counters = noCounts()
  const limits = limitsOf(options.accountLimits)
  const accounts = new EmbeddedAccounts({ limits, clock })
  const { broker, manager } = await compose(options, storage, { clock, counters, accounts })
  await broker.start()

  const peer = (version: ProtocolVersion = 5) => {
    const [near, far] = streamPair()
    manager.accept(far)
    return new Peer(near, version)
  }
  const stop = async () => {
    broker.leave()
    await manager.close()
    await broker.close()
  }
  return {
    clock,
    broker,
    counters,
    accounts,
    limits,
    waitingRoom: manager.waitingRoom,
    peer,
    stop,
    manager,
    accept: (stream) => manager.accept(stream),
    async connect(clientId, fields = {}) {
      const client = peer(fields.version)
      const connack = await client.connect({ clientId, ...fields })
      return Object.assign(client, { connack })
    },
    async restart() {
      await stop()
      return openHouse({ ...options, clock, storage: await storage.reopen() })
    },
    async close() {
      await stop()
      await storage.remove()
    },
  }
}

const limitsOf = (options: HouseOptions['accountLimits'] = {}): ScopedLimits => ({
  perConnection: { ...defaultScopedLimits.perConnection, ...options.perConnection },
  perClient: { ...defaultScopedLimits.perClient, ...options.perClient },
  perVendor: { ...defaultScopedLimits.perVendor, ...options.perVendor },
  vendors: { ...options.vendors },
})

interface Parts {
  clock: ManualClock
  counters: Counters
  accounts: Accounts
}

const compose = async (
  options: HouseOptions,
  { keyValue: kv }: Storage<SharedKeyValue>,
  { clock, counters, accounts }: Parts,
) => {
  const { peers = new Alone(), connections = new EmbeddedConnections() } = options.node ?? {}
  const shared = options.node !== undefined
  const broker = createBroker({
    sessions: await EmbeddedSessions.open({ kv, accounts, shared }),
    retained: await EmbeddedRetained.open({ kv, accounts, shared }),
    ...{ accounts, peers, shared },
    exchange: options.exchange ?? closedExchange,
    access: options.access ?? accessBy(options.authorize ?? allowAll),
    limits: { ...defaultBrokerLimits, ...options.brokerLimits },
    log: silentLog,
    clock,
    makeId: idMaker(clock),
    counters,
  })
  const manager = createConnectionManager({
    connections,
    authentication: new AuthenticationChain(options.authentication ?? [authenticateLoopback], {
      clock,
      log: silentLog,
    }),
    host: broker,
    limits: { ...defaultConnectionLimits, ...options.connectionLimits },
    log: silentLog,
    random: Math.random,
    clock,
    accounts,
    counters,
  })
  return { broker, manager }
}
