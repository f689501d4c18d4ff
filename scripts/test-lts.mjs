import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { exit, run } from './lib/child.mjs'
import { root } from './lib/root.mjs'

/** `npm run test:lts`: `npm test`, on the Node release that has long-term support now. */

const lts = '24'
const folder = join(root, 'node_modules/.cache/daakia/node', lts)
const node = await provideNode()
const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) }
const child = spawn(node, [join(root, 'scripts/test.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  env,
  stdio: 'inherit',
})
process.exitCode = (await exit(child)) === 0 ? 0 : 1

/** The `node` binary from the package that Node's own distributors publish for this platform. */
async function provideNode() {
  if (process.versions.node.startsWith(`${lts}.`)) return process.execPath
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const binary = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (!existsSync(binary))
    await run('npm', ['install', '--prefix', folder, '--no-save', '--loglevel=error', `${name}@${lts}`])
  return binary
}
