import { describe, test } from 'vitest'
import { EmbeddedLeases } from '../../src/backend/embedded-leases.js'
import { contractTerms, leasesContract } from '../../src/contracts.js'
import { allEngines, benchOver } from '../support/benches.js'

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () =>
    leasesContract(
      { describe, test },
      benchOver(open, (kv) => EmbeddedLeases.open({ kv, ...contractTerms })),
    ),
  )
}
