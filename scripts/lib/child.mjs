import { spawn } from 'node:child_process'
import { root } from './root.mjs'

/** npm is a `.cmd` on Windows, which only a shell starts. */
const shell = process.platform === 'win32'

/**
 * Runs a command to its end. What it prints goes to standard error, so that standard output stays the caller's own.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<void>}
 * @throws {Error} where it ends with another status than 0
 */
export async function run(command, args, { cwd = root, env = process.env } = {}) {
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', process.stderr, process.stderr] })
  const status = await exit(child)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ended with ${status}`)
}

/**
 * Runs a command to its end and keeps what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ status: number | string, stdout: string, stderr: string }>}
 */
export async function capture(command, args, { cwd = root, env = process.env } = {}) {
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  const stdout = text(child.stdout)
  const stderr = text(child.stderr)
  return { status: await exit(child), stdout: await stdout, stderr: await stderr }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number | string>} its status, or the name of the signal that ended it
 */
export function exit(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve(status ?? signal ?? 1))
  })
}

/** @param {AsyncIterable<Buffer>} stream */
async function text(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
