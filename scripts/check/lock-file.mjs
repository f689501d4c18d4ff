import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/root.mjs'

/** A lock file that names a registry's host sends everybody there, whatever registry they have configured. */
export async function lockFileProblems() {
  const lines = readFileSync(join(root, 'package-lock.json'), 'utf8').split('\n')
  const found = lines.flatMap((line, index) =>
    /"resolved": "[a-z+]+:\/\//.test(line) ? [`package-lock.json:${index + 1}: ${line.trim()}`] : [],
  )
  return found.join('\n')
}
