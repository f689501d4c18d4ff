import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import '../../../../docs/code/how-to/crash-a-bot/tests.js'
import { expectShownFailures } from '../support/shown-failures.js'

const page = fileURLToPath(new URL('../../../../docs/how-to/crash-a-bot.md', import.meta.url))

test('the page shows each failure as its author reads it', { timeout: 300_000 }, () =>
  expectShownFailures(page, 'docs/code/how-to/crash-a-bot/failing.ts'),
)
