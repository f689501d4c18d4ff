import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { oneProcess, Project } from '../coverage/support/project.js'
import { withShownFailures } from '../support/shown-failures.js'
import { blocksOf, isExcerpt } from './excerpts.js'

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url))
const read = (path: string) => readFileSync(`${docs}${path}`, 'utf8')
const page = 'tutorial/test-a-bot.md'
const folder = 'code/tutorial/test-a-bot'

// The tests that the tutorial builds.
await import('../../../../docs/code/tutorial/test-a-bot/test/order.test.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/conversations.test.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/holds.test.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/paths.test.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/crash.test.js')
await import('../../../../docs/code/tutorial/test-a-bot/test/races.test.js')

test('the page shows the conversation that was written down', () => {
  expect(blocksOf(read(page), 'chat').at(-1)).toBe(read(`${folder}/test/conversations/form.chat`))
})

/** In a project as the tutorial builds it, before its seventh step. */
const reached = async (): Promise<string> => {
  const bot = blocksOf(read('tutorial/write-a-bot.md'), 'ts').findLast((block) => block.includes('export const order'))
  const names = ['order', 'conversations', 'holds', 'paths']
  const tests = names.map((name) => [`test/${name}.case.ts`, read(`${folder}/test/${name}.test.ts`)])
  const chat = 'test/conversations/form.chat'
  using project = new Project({
    ...Object.fromEntries(tests),
    ...{ 'src/bot.ts': bot ?? '', [chat]: read(`${folder}/${chat}`) },
  })
  const { status, output } = await project.run(
    { thresholds: { states: 100, transitions: 100, guards: 100 } },
    ...oneProcess,
  )
  expect(status).toBe(0)
  return output.slice(output.indexOf('---')).trim()
}

/** Both are written in one go: `--update` writes them anew. */
test('the page shows the test that fails as its author reads it, and what the tests reach', {
  timeout: 300_000,
}, async () => {
  const failing = await withShownFailures(read(page), 'test/salad.test.ts', { folder: `docs/${folder}` })
  const table = await reached()
  const written = failing.replace(/^```coverage\n[\s\S]*?^```$/m, () => `\`\`\`coverage\n${table}\n\`\`\``)
  await expect(written).toMatchFileSnapshot(`${docs}${page}`)
})

test('the page names the files of the tests as they are in its code', () => {
  const named = [...read(page).matchAll(/`(test\/[\w.-]+\.test\.ts)`:\n\n```ts\n([\s\S]*?)^```$/gm)]
  expect(named.length).toBe(8)
  for (const [, file, code = ''] of named) expect(isExcerpt(code, read(`${folder}/${file}`))).toBe(true)
})
