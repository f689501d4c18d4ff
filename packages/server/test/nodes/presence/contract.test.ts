import { describe, test } from 'vitest'
import { type PresenceBench, presenceContract } from '../../../src/contracts.js'
import type { SharedKeyValue } from '../../../src/kv/port.js'
import { allEngines } from '../../support/benches.js'
import { ManualClock } from '../../support/manual-clock.js'
import { peersInMemory } from '../../support/peers.js'
import type { Storage } from '../../support/storage.js'
import { graceMs, openNode } from './bench.js'

/** A server whose only node ends, or dies, and another one starts. */
const benchOn = (openStorage: () => Promise<Storage<SharedKeyValue>>) => async (): Promise<PresenceBench> => {
  const clock = new ManualClock()
  const server = peersInMemory()
  let storage = await openStorage()
  let starts = 0
  const start = () => openNode(storage.keyValue, clock, server.join(`run-${++starts}`))
  let node = await start()
  const startAnew = async () => {
    node.peers.die()
    storage = await storage.reopen()
    node = await start()
    return node.presence
  }
  return {
    subject: node.presence,
    graceMs,
    writtenAfterMs: 1_000,
    time: {
      now: () => clock.now(),
      async advance(delayMs) {
        clock.advance(delayMs)
        await node.rest()
      },
    },
    async reopen() {
      await node.presence.close()
      return startAnew()
    },
    crash() {
      node.kill()
      return startAnew()
    },
    close: () => storage.remove(),
  }
}

for (const [name, open] of Object.entries(allEngines()))
  describe(name, () => presenceContract({ describe, test }, benchOn(open)))
