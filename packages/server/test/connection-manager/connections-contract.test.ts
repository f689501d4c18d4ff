import { describe, test } from 'vitest'
import { EmbeddedConnections } from '../../src/connection-manager/embedded.js'
import { connectionsContract } from '../../src/contracts.js'
import { benchOf } from '../support/benches.js'

connectionsContract(
  { describe, test },
  benchOf(() => new EmbeddedConnections()),
)
