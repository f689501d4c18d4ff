import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exit } from '../lib/child.mjs'

const leaveWithParent = new URL('leave-with-parent.mjs', import.meta.url).href
const patienceMs = 5_000

/**
 * @typedef {object} Background
 * @property {string} name
 * @property {Promise<never>} failure rejects when the process ends before it was asked to
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a Node program that is to run until it is stopped, with its output in `log`. It leads a process group of its
 * own, so that a Ctrl-C in the terminal reaches the chat alone.
 *
 * @param {string} name
 * @param {readonly string[]} command the program and its arguments
 * @param {{ log: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Background}
 */
export function startBackground(name, command, { log, env = process.env }) {
  mkdirSync(dirname(log), { recursive: true })
  const output = openSync(log, 'w')
  const stdio = /** @type {const} */ (['ignore', output, output, 'ipc'])
  const child = spawn(process.execPath, ['--import', leaveWithParent, ...command], {
    env,
    stdio: [...stdio],
    detached: true,
  })
  const ended = exit(child)
  const failure = ended.then((status) => {
    throw new Error(
      `The ${name} ended with ${status}:\n${readFileSync(log, 'utf8').trimEnd()}\n(all of its log: ${log})`,
    )
  })
  failure.catch(() => {})
  return { name, failure, stop: () => stop(child, ended) }
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
