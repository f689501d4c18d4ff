#!/usr/bin/env node
import { run } from './program.js'

const status = await run(process.argv.slice(2))
// An input that has not ended would keep the process; what was written is on its way out first.
process.stdout.write('', () => process.exit(status))
