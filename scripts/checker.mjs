import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { exit } from './lib/child.mjs'
import { root } from './lib/root.mjs'
import { setup } from './lib/setup.mjs'

/** `npm run checker`: installs and builds what is missing, and runs the checker. Its exit status is the checker's. */

await setup()
const command = [join(root, 'checker/dist/main.js'), ...process.argv.slice(2)]
const status = await exit(spawn(process.execPath, command, { stdio: 'inherit' }))
process.exitCode = typeof status === 'number' ? status : 1
