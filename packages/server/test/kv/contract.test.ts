import { describe, test } from 'vitest'
import { keyValueContract } from '../../src/contracts.js'
import { benchOver, engines } from '../support/benches.js'

for (const [name, open] of Object.entries(engines)) {
  describe(name, () =>
    keyValueContract(
      { describe, test },
      benchOver(open, (kv) => kv),
    ),
  )
}
