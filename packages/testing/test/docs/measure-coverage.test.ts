import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Project, type Ran } from '../coverage/support/project.js'
import { withShownFailures } from '../support/shown-failures.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (path: string) => readFileSync(`${root}docs/${path}`, 'utf8')
const page = 'how-to/measure-coverage.md'
const code = (name: string) => read(`code/how-to/measure-coverage/${name}`)

let project: Project
let ran: Ran
beforeAll(async () => {
  project = new Project({ 'table.ts': code('table.ts'), 'table.case.ts': code('table.test.ts') })
  // As its configuration says.
  ran = await project.run({ bots: ['table-bot'], thresholds: { states: 75, transitions: 75 } })
}, 120_000)
afterAll(() => project[Symbol.dispose]())

/** The page writes them below their names: "```coverage text". `--update` writes them anew. */
test('the page shows what the run says, and a chat that covers less', { timeout: 300_000 }, async () => {
  const failure = ran.output.slice(ran.output.indexOf('Coverage of bots is too low'))
  const table = ran.output.slice(ran.output.indexOf('---'), ran.output.indexOf('Coverage of bots'))
  const shown: Readonly<Record<string, string>> = { text: table.trim(), failure: failure.trim() }
  const failing = await withShownFailures(read(page), 'docs/code/how-to/measure-coverage/failing.ts')
  const written = failing.replace(
    /^```coverage (\w+)\n[\s\S]*?^```$/gm,
    (_, name: string) => `\`\`\`coverage ${name}\n${shown[name]}\n\`\`\``,
  )
  expect(ran.status).toBe(1)
  await expect(written).toMatchFileSnapshot(`${root}docs/${page}`)
})

test('the form of the file is told, with each of its fields', () => {
  const told = new Set([...read('reference/bot-coverage.md').matchAll(/`(\w+)`/g)].map(([, name]) => name))
  const content = JSON.parse(project.read('bot-coverage/bot-coverage.json') ?? '')
  expect([...fieldsIn(content)].filter((field) => !told.has(field))).toEqual([])
})

/** The names of all fields; what a choice answers is the author's. */
const fieldsIn = (value: unknown): Set<string> => {
  if (typeof value !== 'object' || value === null) return new Set()
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return new Set([...own, ...Object.values(value).flatMap((inner) => [...fieldsIn(inner)])])
}
