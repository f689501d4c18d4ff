import { onTestFinished } from 'vitest'
import { EmbeddedConnections } from '../../src/connection-manager/embedded.js'
import type { SharedKeyValue } from '../../src/kv/port.js'
import { type House, type HouseOptions, openHouse } from './house.js'
import { ManualClock } from './manual-clock.js'
import { peersInMemory, type TestPeers } from './peers.js'
import { inMemory } from './storage.js'

/** A node of a server: connection manager and broker, over a store that it shares. */
export interface NodeHouse extends House {
  readonly peers: TestPeers
  /** It is gone without a word: what it has not stored by now it never will, and nobody hears of it. */
  die(): Promise<void>
}

export interface NodeHouses {
  readonly clock: ManualClock
  /** Starts one more node. */
  start(options?: HouseOptions): Promise<NodeHouse>
}

/** Nodes of one server in this process, in virtual time. They are stopped when the test is over. */
export const nodeHouses = (stores: () => Promise<SharedKeyValue>): NodeHouses => {
  const clock = new ManualClock()
  const letters = peersInMemory()
  const connections = new EmbeddedConnections()
  let started = 0
  return {
    clock,
    async start(options = {}) {
      const peers = letters.join(`node-${++started}`)
      const { keyValue, die } = mortal(await stores())
      const storage = { keyValue, reopen: async () => storage, remove: async () => {} }
      const house = await openHouse({ clock, ...options, storage, node: { peers, connections } })
      onTestFinished(async () => {
        await house.stop()
        peers.die()
      })
      return Object.assign(house, {
        peers,
        async die() {
          die()
          peers.die()
        },
      })
    },
  }
}

/** One store for all nodes, in memory. */
export const storeInMemory = (): (() => Promise<SharedKeyValue>) => {
  const storage = inMemory()
  return async () => (await storage).keyValue
}

const mortal = (store: SharedKeyValue): { keyValue: SharedKeyValue; die(): void } => {
  let isDead = false
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Error('This node is dead')
    return work()
  }
  return {
    keyValue: {
      read: (work) => alive(() => store.read(work)),
      write: (work, flushed) => alive(() => store.write(work, flushed)),
      close: async () => {},
    },
    die: () => {
      isDead = true
    },
  }
}
