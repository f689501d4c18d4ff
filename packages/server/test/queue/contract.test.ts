import { describe, test } from 'vitest'
import { queuesContract } from '../../src/contracts.js'
import { EmbeddedQueues } from '../../src/inbox/queue/embedded.js'
import { allEngines, benchOver } from '../support/benches.js'

for (const [name, open] of Object.entries(allEngines())) {
  describe(name, () =>
    queuesContract(
      { describe, test },
      benchOver(open, async (kv) => new EmbeddedQueues(kv)),
    ),
  )
}
