import { describe, test } from 'vitest'
import { storeContract } from '../../src/contracts.js'
import type { KeyValue } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { EmbeddedRoster } from '../../src/state/roster/embedded.js'
import { benchOver, engines } from '../support/benches.js'

const openStore = (kv: KeyValue) => new EmbeddedStore({ kv, membershipProjections: [new EmbeddedRoster(kv)] })

for (const [name, open] of Object.entries(engines)) {
  describe(name, () => storeContract({ describe, test }, benchOver(open, openStore)))
}
