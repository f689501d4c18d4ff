/**
 * What every implementation of a port has to do, as tests that run under any runner: hand in its `describe` and `test`
 * and a function that opens the implementation, empty, for each test.
 *
 * ```ts
 * storeContract({ describe, test }, async () => ({ subject: myStore, reopen, close }))
 * ```
 *
 * @module
 */
export { archiveStoreContract } from './contracts/archive-store.js'
export { type BusBench, busContract } from './contracts/bus.js'
export { connectionsContract } from './contracts/connections.js'
export { inboxContract } from './contracts/inbox.js'
export { keyValueContract, sharedKeyValueContract } from './contracts/key-value.js'
export type { Bench, ContractKit, DurableBench } from './contracts/kit.js'
export { contractTerms, leasesContract } from './contracts/leases.js'
export { type PresenceBench, type PresenceTime, presenceContract } from './contracts/presence.js'
export { queuesContract } from './contracts/queues.js'
export { retainedContract } from './contracts/retained.js'
export { type RosterAndStore, rosterContract } from './contracts/roster.js'
export { sessionsContract } from './contracts/sessions.js'
export { storeContract } from './contracts/store.js'
