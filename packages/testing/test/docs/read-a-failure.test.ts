import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const page = `${root}docs/how-to/read-a-failure.md`
const program = 'docs/code/how-to/read-a-failure/failing.ts'

interface Failing {
  name: string
  errors: { message: string; stacks: { file: string; line: number }[] }[]
}

/** What vitest shows of each test that fails, by the name of the test. */
const failures = async (): Promise<ReadonlyMap<string, string>> => {
  const runner = fileURLToPath(new URL('../support/run-failing.mjs', import.meta.url))
  const env: NodeJS.ProcessEnv = { ...process.env, DAAKIA_SEED: '' }
  // It is a run of its own.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name]
  const { stdout } = await promisify(execFile)(process.execPath, [runner, program], { cwd: root, env })
  return new Map((JSON.parse(stdout) as Failing[]).map(({ name, errors }) => [name, errors.map(shown).join('\n')]))
}

const shown = ({ message, stacks: [first] }: Failing['errors'][number]): string =>
  `${message}\n ❯ ${first?.file.replace(root, '')}:${first?.line}`

/** The page writes them below the name of their test: "```failure the bot breaks". `--update` writes them anew. */
test('the page shows each failure as its author reads it', async () => {
  const found = await failures()
  const names = [...readFileSync(page, 'utf8').matchAll(/^```failure (.+)$/gm)].map(([, name]) => name)
  expect(names.toSorted()).toEqual([...found.keys()].sort())
  const written = readFileSync(page, 'utf8').replace(
    /^```failure (.+)\n[\s\S]*?^```$/gm,
    (_, name: string) => `\`\`\`failure ${name}\n${found.get(name)}\n\`\`\``,
  )
  await expect(written).toMatchFileSnapshot(page)
}, 60_000)
