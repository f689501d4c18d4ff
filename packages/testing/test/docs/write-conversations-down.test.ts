import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { blocksOf } from './excerpts.js'

const read = (path: string) => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8')

await import('../../../../docs/code/how-to/write-conversations-down/conversations.js')

test('the page shows the file that is tested', () => {
  const file = read('code/how-to/write-conversations-down/conversations/order.chat')
  expect(blocksOf(read('how-to/write-conversations-down.md'), 'chat')).toEqual([file])
})
