import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { expectShownFailures } from '../support/shown-failures.js'
import { blocksOf } from './excerpts.js'

const read = (path: string) => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8')

await import('../../../../docs/code/how-to/write-conversations-down/conversations.js')
await import('../../../../docs/code/how-to/write-conversations-down/tables.js')

test('the page shows the files that are tested', () => {
  const files = ['conversations/order.chat', 'tables/table.chat', 'changed/no-table.chat']
  const contents = files.map((file) => read(`code/how-to/write-conversations-down/${file}`))
  expect(blocksOf(read('how-to/write-conversations-down.md'), 'chat')).toEqual(contents)
})

test('the page shows the file that differs as its author reads it', { timeout: 300_000 }, () => {
  const page = fileURLToPath(new URL('../../../../docs/how-to/write-conversations-down.md', import.meta.url))
  return expectShownFailures(page, 'docs/code/how-to/write-conversations-down/changed.ts')
})
