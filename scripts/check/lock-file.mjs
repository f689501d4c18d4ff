import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from '../lib/child.mjs'
import { root } from '../lib/root.mjs'

/** The lock file has to work in a fresh clone, whichever registry is configured there. */
export async function lockFileProblems() {
  return [...registryProblems(), await installProblems()].join('\n')
}

/** A lock file that names a registry's host sends everybody there. */
function registryProblems() {
  const lines = readFileSync(join(root, 'package-lock.json'), 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    /"resolved": "[a-z+]+:\/\//.test(line) ? [`package-lock.json:${index + 1}: ${line.trim()}`] : [],
  )
}

/** `npm ci` refuses a lock file that does not fit the manifests, or that lacks a package for another platform. */
async function installProblems() {
  const { status, stderr } = await capture('npm', ['ci', '--dry-run', '--offline', '--ignore-scripts'])
  return status === 0 ? '' : stderr
}
