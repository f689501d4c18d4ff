import { lockFileProblems } from './check/lock-file.mjs'
import { packageProblems } from './check/packages.mjs'
import { referenceProblems } from './check/reference.mjs'
import { setup } from './lib/setup.mjs'
import { findings } from './lib/tool.mjs'

/**
 * `npm run check`: everything that is checked before a push, apart from the tests. One line for each check, and under
 * it what is wrong.
 *
 * @typedef {{ name: string, problems: () => Promise<string> }} Check
 */

/** @type {Check[]} */
const checks = [
  { name: 'types', problems: () => findings('typescript/bin/tsc', '-p', 'tsconfig.json') },
  { name: 'lint', problems: () => findings('@biomejs/biome/bin/biome', 'check', '.') },
  {
    name: 'import direction',
    problems: () =>
      findings(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        'packages',
        'examples',
        '--config',
        '.dependency-cruiser.mjs',
        '--output-type',
        'err-long',
      ),
  },
  { name: 'lock file', problems: lockFileProblems },
  { name: 'packages', problems: packageProblems },
  { name: 'docs', problems: referenceProblems },
]

await setup()
const waiting = [...checks]
const passed = await Promise.all([worker(), worker()])
process.exitCode = passed.every(Boolean) ? 0 : 1

/** Two checks run at a time: more would not end sooner on a small machine. */
async function worker() {
  let passed = true
  for (let check = waiting.shift(); check; check = waiting.shift()) passed = (await passes(check)) && passed
  return passed
}

/** @param {Check} check */
async function passes({ name, problems }) {
  const start = performance.now()
  const found = await problems()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${found ? '✗' : '✓'} ${name} (${seconds} s)`)
  if (found) console.log(`\n${found.trimEnd()}\n`)
  return !found
}
