import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { type RunOptions, runTests, type Shown, shownFailure } from './failing.js'

/**
 * A page that shows what vitest shows of each test of a program that fails, below the name of the test:
 * "```failure the bot breaks".
 */
export const withShownFailures = async (
  content: string,
  program: string,
  { folder = '.', ofSources = false }: RunOptions = {},
): Promise<string> => {
  const tests = await runTests(program, { folder, ofSources })
  const shown = (errors: Shown['errors']) => errors.map((error) => shownFailure(error, folder)).join('\n')
  const found = new Map(tests.map(({ name, errors }) => [name, shown(errors)]))
  const names = [...content.matchAll(/^```failure (.+)$/gm)].map(([, name = '']) => name)
  expect(names.toSorted()).toEqual([...found].flatMap(([name, failure]) => (failure === '' ? [] : [name])).sort())
  return content.replace(
    /^```failure (.+)\n[\s\S]*?^```$/gm,
    (_, name: string) => `\`\`\`failure ${name}\n${found.get(name)}\n\`\`\``,
  )
}

/** Expects of a page that it shows them. `--update` writes them anew. */
export const expectShownFailures = async (page: string, program: string, options: RunOptions = {}): Promise<void> =>
  expect(await withShownFailures(readFileSync(page, 'utf8'), program, options)).toMatchFileSnapshot(page)
