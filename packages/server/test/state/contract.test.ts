import { describe, test } from 'vitest'
import { rosterContract, sessionsContract } from '../../src/contracts.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { accountsOf } from '../support/accounts.js'
import { allEngines, benchOver } from '../support/benches.js'
import { rosterAndStore } from '../support/roster.js'

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () => {
    const kit = { describe, test }
    rosterContract(kit, benchOver(open, rosterAndStore))
    sessionsContract(
      kit,
      benchOver(open, (kv) =>
        // What is divided is shared.
        EmbeddedSessions.open({ kv, accounts: accountsOf(), shared: kv.partitions !== undefined }),
      ),
    )
    describe('shared by several nodes', () => {
      sessionsContract(
        kit,
        benchOver(open, (kv) => EmbeddedSessions.open({ kv, accounts: accountsOf(), shared: true })),
      )
    })
  })
}
