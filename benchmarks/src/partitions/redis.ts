import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { freePorts, listening } from '../free-port.js'
import { findProgram } from '../peers/installed.js'
import { type Started, start } from '../processes.js'

/** What a Redis has done so far. */
export interface Done {
  scripts: number
  cpuMicros: number
}

export interface RedisAtWork extends Started {
  url: string
  done(): Promise<Done>
}

/** Starts one that keeps everything in memory: its disk is not what is measured. */
export const startRedis = async (folder: string): Promise<RedisAtWork> => {
  const program = findProgram('redis-server')
  if (program === undefined) throw new Error('redis-server is not installed')
  const [port] = (await freePorts(1)) as [number]
  const started = start([program, '--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''])
  await Promise.race([listening(port), started.died])
  return { ...started, url: `redis://127.0.0.1:${port}`, done: () => done(port) }
}

const done = async (port: number): Promise<Done> => {
  const { stdout } = await promisify(execFile)('redis-cli', ['-p', `${port}`, 'info', 'everything'])
  const figure = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0)
  return {
    scripts: figure(/^cmdstat_evalsha:calls=(\d+)/m),
    cpuMicros: (figure(/^used_cpu_user:([\d.]+)/m) + figure(/^used_cpu_sys:([\d.]+)/m)) * 1e6,
  }
}
