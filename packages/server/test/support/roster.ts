import { systemClock } from '@daakia/protocol'
import type { RosterAndStore } from '../../src/contracts.js'
import type { SharedKeyValue } from '../../src/kv/port.js'
import { RedisKeyValue } from '../../src/kv/redis/key-value.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { Feed } from '../../src/persistence/feed/feed.js'
import { EmbeddedRoster } from '../../src/state/roster/embedded.js'

/** The embedded roster and store, each of which needs the other. */
export const rosterAndStore = (
  kv: SharedKeyValue,
): RosterAndStore & { roster: EmbeddedRoster; store: EmbeddedStore } => {
  const roster: EmbeddedRoster = new EmbeddedRoster(kv, {
    tally: (vendor, readings) => store.tally(vendor, readings),
  })
  const { partitions } = kv
  const projections = { membershipProjections: [roster] }
  const store: EmbeddedStore = new EmbeddedStore({
    ...(partitions
      ? { kv, feed: new Feed({ ...projections, partitions, clock: systemClock }) }
      : { kv, ...projections }),
    shared: partitions !== undefined || kv instanceof RedisKeyValue,
  })
  return { roster, store }
}
