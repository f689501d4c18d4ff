import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { blocksOf, isExcerpt } from './excerpts.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Pages whose code is not in docs/code, and why. */
const elsewhere: Record<string, string> = {
  'how-to/share-work': 'it runs in the tests of the server',
  'how-to/trace-a-conversation': 'it needs the SDK of OpenTelemetry',
  'how-to/write-a-service': 'it runs in the tests of the client SDK',
  'how-to/secure-a-server': 'it runs in the tests of the commands',
}

const howTos = readdirSync(join(root, 'docs/how-to')).map((file) => `how-to/${file.replace(/\.md$/, '')}`)
const pageAt = (page: string) => read(page === 'README' ? 'README.md' : `docs/${page}.md`)
const pages = ['README', 'tutorial/test-a-bot', ...howTos].filter(
  (page) => !(page in elsewhere) && blocksOf(pageAt(page), 'ts').length > 0,
)

/** The checked programs, by their paths in docs/code: `how-to/ask-questions.ts`, or `how-to/draw-buttons/desk.ts`. */
const programs = readdirSync(join(root, 'docs/code'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
)
const isOf = (page: string) => (program: string) => program === `${page}.ts` || program.startsWith(`${page}/`)

describe('the code of the pages', () => {
  test.each(pages)('%s is that of programs which the compiler checks', (page) => {
    const sources = programs.filter(isOf(page)).map((path) => read(`docs/code/${path}`))
    const shown = blocksOf(pageAt(page), 'ts')
    expect(shown.filter((block) => !sources.some((source) => isExcerpt(block, source)))).toEqual([])
  })

  test('leaves no program that no page shows', () => {
    expect(programs.filter((program) => !pages.some((page) => isOf(page)(program)))).toEqual([])
  })
})
