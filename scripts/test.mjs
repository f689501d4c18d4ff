import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exit } from './lib/child.mjs'
import { objections, summarise } from './lib/report.mjs'
import { root } from './lib/root.mjs'
import { setup } from './lib/setup.mjs'
import { provideTestTools } from './lib/test-tools.mjs'

/** `npm test [-- vitest's arguments]`: installs and builds what is missing, and runs every test once. */

const folder = mkdtempSync(join(tmpdir(), 'daakia-test-'))
const reportFile = join(folder, 'report.json')
try {
  await setup()
  await provideTestTools()
  const status = await vitest(process.argv.slice(2))
  const summary = summarise(JSON.parse(readFileSync(reportFile, 'utf8')))
  const found = objections(summary, status)
  for (const objection of found) console.log(objection)
  process.exitCode = found.length === 0 && summary.failed === 0 ? 0 : 1
  console.log(`${summary.passed} passed, ${summary.failed} failed`)
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof Error ? error.message : error)
  console.log('0 passed, 1 failed')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** @param {readonly string[]} args */
function vitest(args) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const command = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args]
  return exit(spawn(process.execPath, command, { cwd: root, stdio: 'inherit' }))
}
