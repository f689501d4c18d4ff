import { describe, test } from 'vitest'
import { storeContract } from '../../src/contracts.js'
import type { KeyValue } from '../../src/kv/port.js'
import { benchOver, engines } from '../support/benches.js'
import { rosterAndStore } from '../support/roster.js'

const openStore = (kv: KeyValue) => rosterAndStore(kv).store

for (const [name, open] of Object.entries(engines)) {
  describe(name, () => storeContract({ describe, test }, benchOver(open, openStore)))
}
