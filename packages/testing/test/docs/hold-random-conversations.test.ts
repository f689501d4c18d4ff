import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { expectShownFailures } from '../support/shown-failures.js'
import { blocksOf } from './excerpts.js'

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url))
const page = `${docs}how-to/hold-random-conversations.md`
const code = 'code/how-to/hold-random-conversations'

test('the page shows what is found, as its author reads it, and what was saved of it', {
  timeout: 300_000,
}, async () => {
  await expectShownFailures(page, `docs/${code}/tables.ts`)
  const saved = readFileSync(`${docs}${code}/found/a-table-is-at-six-or-at-eight.chat`, 'utf8')
  expect(blocksOf(readFileSync(page, 'utf8'), 'chat')).toEqual([saved])
})
