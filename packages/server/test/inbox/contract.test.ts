import { describe, test } from 'vitest'
import { inboxContract } from '../../src/contracts.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { allEngines, benchOver } from '../support/benches.js'

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () =>
    inboxContract(
      { describe, test },
      benchOver(open, (kv) => EmbeddedInbox.open({ kv })),
    ),
  )
}
