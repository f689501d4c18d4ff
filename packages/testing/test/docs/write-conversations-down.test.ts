import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { blocksOf } from './excerpts.js'

const read = (path: string) => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8')

await import('../../../../docs/code/how-to/write-conversations-down/conversations.js')
await import('../../../../docs/code/how-to/write-conversations-down/tables.js')

test('the page shows the files that are tested', () => {
  const files = ['conversations/order.chat', 'tables/table.chat']
  const contents = files.map((file) => read(`code/how-to/write-conversations-down/${file}`))
  expect(blocksOf(read('how-to/write-conversations-down.md'), 'chat')).toEqual(contents)
})
