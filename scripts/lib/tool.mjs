import { join } from 'node:path'
import { capture } from './child.mjs'
import { root } from './root.mjs'

/**
 * Runs a checking tool.
 *
 * @param {string} script relative to `node_modules`
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it found; empty where it is content
 */
export async function findings(script, ...args) {
  const { status, stdout, stderr } = await capture(process.execPath, [join(root, 'node_modules', script), ...args])
  return status === 0 ? '' : `${stdout}${stderr}` || `${script} ended with ${status}\n`
}
