import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { runTests, shownFailure } from './failing.js'

/**
 * Expects of a page that it shows what vitest shows of each test of a program that fails, below the name of the test:
 * "```failure the bot breaks". `--update` writes them anew.
 */
export const expectShownFailures = async (page: string, program: string): Promise<void> => {
  const tests = await runTests(program)
  const found = new Map(tests.map(({ name, errors }) => [name, errors.map(shownFailure).join('\n')]))
  const content = readFileSync(page, 'utf8')
  const names = [...content.matchAll(/^```failure (.+)$/gm)].map(([, name = '']) => name)
  expect(names.toSorted()).toEqual([...found].flatMap(([name, failure]) => (failure === '' ? [] : [name])).sort())
  const written = content.replace(
    /^```failure (.+)\n[\s\S]*?^```$/gm,
    (_, name: string) => `\`\`\`failure ${name}\n${found.get(name)}\n\`\`\``,
  )
  await expect(written).toMatchFileSnapshot(page)
}
