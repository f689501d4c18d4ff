import { afterAll, expect, test } from 'vitest'
import type { CoverageOptions } from '../../src/coverage.js'
import { oneProcess, Project, type Ran } from './support/project.js'
import { table, talk } from './support/table.js'

/** Each run starts vitest anew. */
const slow = 120_000

const files = {
  'table.ts': table,
  'inside.case.ts': talk('ana sits inside', 'inside', 'ana'),
  'outside.case.ts': talk('ana sits outside', 'outside', 'ana lou'),
  'chats.case.ts': `import { chatTests } from '@daakia/testing/vitest'
import { table } from './table.js'

chatTests(new URL('./', import.meta.url), { bot: table })
`,
  'cancels.chat': `ana> hello
table-bot< Inside or outside?
ana> cancel
`,
}

const projects: Project[] = []
afterAll(() => {
  for (const project of projects) project[Symbol.dispose]()
})

const ran = async (
  changes: Readonly<Record<string, string>>,
  options: CoverageOptions,
  args: readonly string[] = oneProcess,
): Promise<Ran & { project: Project }> => {
  const project = new Project({ ...files, ...changes })
  projects.push(project)
  return { ...(await project.run(options, ...args)), project }
}

/** From the first line of the table on. */
const reportIn = (output: string): string => output.slice(output.indexOf('---')).trimEnd()

test(
  'what all test files have reached is told together, with the lines of what none has',
  async () => {
    const { status, output, project } = await ran({}, {})
    expect(reportIn(output)).toBe(`----------|----------|---------------|----------|-----------|------------------
Bot       | % States | % Transitions | % Guards | % Choices | Uncovered Line #s
----------|----------|---------------|----------|-----------|------------------
table-bot |      100 |         66.66 |      100 |       100 | table.ts:21,33
----------|----------|---------------|----------|-----------|------------------

Never reached:
  table.ts:21  transition  table: asking, onError of where → cancelled
  table.ts:33  transition  table: naming, after 15m → cancelled`)
    expect(status).toBe(0)
    const { version, bots } = JSON.parse(project.read('bot-coverage/bot-coverage.json') ?? '')
    expect([version, bots.length, bots[0].totals.transitions]).toEqual([1, 1, { reached: 4, total: 6, percent: 66.66 }])
    expect(bots[0].targets).toContainEqual({
      ...{ kind: 'state', id: 'table: naming', machine: 'table', path: ['naming'] },
      ...{ count: 2, file: 'table.ts', line: 24 },
    })
    const page = project.read('bot-coverage/table-bot.html') ?? ''
    expect(page).toContain('table: naming, after 15m → cancelled · never reached · table.ts:33')
  },
  slow,
)

test(
  'of files that share a process the same is told',
  async () => {
    const [apart, together] = [await ran({}, {}, []), await ran({}, {})]
    expect(reportIn(together.output)).toBe(reportIn(apart.output))
    expect(together.project.read('bot-coverage/bot-coverage.json')).toBe(
      apart.project.read('bot-coverage/bot-coverage.json'),
    )
  },
  slow,
)

test(
  'below a threshold the run fails, and says what was missed and where',
  async () => {
    const { status, output } = await ran({}, { reports: [], thresholds: { states: 100, transitions: 90 } })
    expect(output).toContain(`Coverage of bots is too low:

table-bot has 66.66 % of its transitions covered, and has to have 90 %. Never reached:
  table.ts:21  table: asking, onError of where → cancelled
  table.ts:33  table: naming, after 15m → cancelled`)
    expect(status).toBe(1)
  },
  slow,
)

test(
  'a transition that is gone is one less to reach, and a run that reaches all the rest passes',
  async () => {
    const changes = { 'table.ts': table.replace(/ {6}after: \{\n.*\n {6}\},\n/, '').replace(/.*onError: .*\n/, '') }
    const { status, output } = await ran(changes, { reports: ['text'], thresholds: { transitions: 100 } })
    expect(reportIn(output)).toContain('table-bot |      100 |           100 |')
    expect(status).toBe(0)
  },
  slow,
)

test(
  'a run of a part of the tests is told of, and not measured',
  async () => {
    const { status, output } = await ran({}, { reports: ['text'], thresholds: { states: 100 } }, [
      ...oneProcess,
      'inside',
    ])
    expect(output).toContain('table-bot |       50 |')
    expect(output).toContain('only a part of the tests ran, so thresholds were not looked at')
    expect(status).toBe(0)
  },
  slow,
)

test(
  'a bot that is named and that no test has run fails the run, and no other one is looked at',
  async () => {
    const { status, output } = await ran({}, { bots: ['chair-bot'] })
    expect(output).toContain('No test has run chair-bot, which botCoverage names under `bots`')
    expect(output).not.toContain('table-bot')
    expect(status).toBe(1)
  },
  slow,
)
