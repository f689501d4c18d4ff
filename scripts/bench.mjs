import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { exit } from './lib/child.mjs'
import { root } from './lib/root.mjs'
import { setup } from './lib/setup.mjs'

/** `npm run bench`: installs and builds what is missing, and runs the benchmarks. */

await setup()
const command = [join(root, 'benchmarks/dist/main.js'), ...process.argv.slice(2)]
process.exitCode = (await exit(spawn(process.execPath, command, { cwd: root, stdio: 'inherit' }))) === 0 ? 0 : 1
