import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import '../../../../docs/code/how-to/run-races/deaths.js'
import { expectShownFailures } from '../support/shown-failures.js'

const page = fileURLToPath(new URL('../../../../docs/how-to/run-races.md', import.meta.url))

test(
  'the bot of the page does harm in some order, which the page shows as its author reads it',
  {
    timeout: 300_000,
  },
  () => expectShownFailures(page, 'docs/code/how-to/run-races/races.ts'),
)
