import { describe, test } from 'vitest'
import { EmbeddedBus } from '../../src/broker/embedded-bus.js'
import { EmbeddedRetained } from '../../src/broker/embedded-retained.js'
import { busContract, retainedContract } from '../../src/contracts.js'
import { accountsOf } from '../support/accounts.js'
import { allEngines, benchOver } from '../support/benches.js'

busContract({ describe, test }, async () => {
  const subject = new EmbeddedBus()
  return { subject, other: subject, close: async () => {} }
})

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () => {
    for (const shared of [false, true])
      describe(shared ? 'shared by several nodes' : 'of one process', () =>
        retainedContract(
          { describe, test },
          benchOver(open, (kv) => EmbeddedRetained.open({ kv, accounts: accountsOf(), shared })),
        ),
      )
  })
}
