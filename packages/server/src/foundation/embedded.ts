import { EmbeddedLeases } from '../backend/embedded-leases.js'
import { EmbeddedBus } from '../broker/embedded-bus.js'
import { EmbeddedConnections } from '../connection-manager/embedded.js'
import type { KeyValue } from '../kv/port.js'
import type { ServerSettings } from '../options.js'
import { Alone } from '../peers/alone.js'
import { EmbeddedPresence } from '../state/presence/embedded.js'
import type { Foundation } from './foundation.js'

/** A server of one process, on an engine of its own. */
export const embeddedFoundation = async (kv: KeyValue, settings: ServerSettings): Promise<Foundation> => {
  const presence = await EmbeddedPresence.open({ ...settings, kv })
  return {
    ...{ kv, presence, sharing: {} },
    peers: new Alone(),
    bus: new EmbeddedBus(),
    connections: new EmbeddedConnections(),
    leases: await EmbeddedLeases.open({ kv, ...settings.leases }),
    close: () => presence.close(),
  }
}
