import { describe, test } from 'vitest'
import { storeContract } from '../../src/contracts.js'
import type { SharedKeyValue } from '../../src/kv/port.js'
import { allEngines, benchOver } from '../support/benches.js'
import { rosterAndStore } from '../support/roster.js'

const openStore = (kv: SharedKeyValue) => rosterAndStore(kv).store

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () => storeContract({ describe, test }, benchOver(open, openStore)))
}
