import { describe, test } from 'vitest'
import { inboxContract } from '../../src/contracts.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { benchOver, engines } from '../support/benches.js'

for (const [name, open] of Object.entries(engines)) {
  describe(name, () =>
    inboxContract(
      { describe, test },
      benchOver(open, (kv) => EmbeddedInbox.open({ kv })),
    ),
  )
}
