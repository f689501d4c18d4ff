import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { expectShownFailures } from '../support/shown-failures.js'

const page = fileURLToPath(new URL('../../../../docs/how-to/read-a-failure.md', import.meta.url))

test('the page shows each failure as its author reads it', { timeout: 300_000 }, () =>
  expectShownFailures(page, 'docs/code/how-to/read-a-failure/failing.ts', { ofSources: true }),
)
