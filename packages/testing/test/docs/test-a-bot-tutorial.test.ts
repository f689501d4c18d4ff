import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { expectShownFailures } from '../support/shown-failures.js'
import { blocksOf } from './excerpts.js'

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url))
const page = `${docs}tutorial/test-a-bot.md`
const code = 'code/tutorial/test-a-bot/test'

// The tests that the tutorial builds.
await import('../../../../docs/code/tutorial/test-a-bot/test/order.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/conversations.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/holds.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/paths.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/crash.js')

test('the page shows the test that fails as its author reads it', { timeout: 60_000 }, () =>
  expectShownFailures(page, `docs/${code}/failing.ts`),
)

test('the page shows the conversation that was written down', () => {
  expect(blocksOf(readFileSync(page, 'utf8'), 'chat').at(-1)).toBe(
    readFileSync(`${docs}${code}/conversations/form.chat`, 'utf8'),
  )
})
