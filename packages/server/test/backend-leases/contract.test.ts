import { describe, test } from 'vitest'
import { EmbeddedLeases } from '../../src/backend/embedded-leases.js'
import { StoredLeases } from '../../src/backend/stored-leases.js'
import { contractTerms, leasesContract } from '../../src/contracts.js'
import { Alone } from '../../src/peers/alone.js'
import { allEngines, benchOver } from '../support/benches.js'

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () =>
    leasesContract(
      { describe, test },
      benchOver(open, (kv) => EmbeddedLeases.open({ kv, ...contractTerms })),
    ),
  )
  describe(`${name}, stored`, () =>
    leasesContract(
      { describe, test },
      benchOver(open, async (kv) => new StoredLeases({ kv, peers: new Alone(), ...contractTerms })),
    ))
}
