import { describe, test } from 'vitest'
import { sharedKeyValueContract } from '../../../src/contracts.js'
import { benchOver } from '../../support/benches.js'
import { inRedis } from '../../support/redis/storage.js'

sharedKeyValueContract(
  { describe, test },
  benchOver(inRedis(), (kv) => kv),
)
