import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exit } from '../lib/child.mjs'

const leaveWithParent = new URL('leave-with-parent.mjs', import.meta.url).href
const patienceMs = 5_000

/**
 * @typedef {object} Running
 * @property {Promise<number | string>} ended with its status, or the name of the signal that ended it
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a Node program that talks to this terminal.
 *
 * @param {readonly string[]} command the program and its arguments
 * @returns {Running}
 */
export function startForeground(command) {
  return start(command, ['inherit', 'inherit', 'inherit', 'ipc'], process.env)
}

/**
 * Starts a Node program that is to run until it is stopped, with its output in `log`.
 *
 * @param {readonly string[]} command the program and its arguments
 * @param {{ log: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Running}
 */
export function startBackground(command, { log, env = process.env }) {
  mkdirSync(dirname(log), { recursive: true })
  const output = openSync(log, 'w')
  return start(command, ['ignore', output, output, 'ipc'], env)
}

/**
 * @param {string} name of a background process, for people
 * @param {Running} running
 * @param {string} log
 * @returns {Promise<never>} rejects when the process has ended, with what it had to say
 */
export async function failure(name, { ended }, log) {
  const status = await ended
  throw new Error(`The ${name} ended with ${status}. Its log, ${log}:\n${readFileSync(log, 'utf8').trimEnd()}`)
}

/**
 * @param {readonly string[]} command
 * @param {import('node:child_process').StdioOptions} stdio with an `ipc` channel, which tells the child that this process lives
 * @param {NodeJS.ProcessEnv} env
 * @returns {Running}
 */
function start(command, stdio, env) {
  const child = spawn(process.execPath, ['--import', leaveWithParent, ...command], { env, stdio })
  const ended = exit(child)
  return { ended, stop: () => stop(child, ended) }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<unknown>} ended
 */
async function stop(child, ended) {
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await ended
  clearTimeout(force)
}
