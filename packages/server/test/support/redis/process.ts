import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** Lines of a Redis's configuration file. */
export type Configuration = readonly string[]

/** A Redis that runs as a process of its own, in a folder of its own. */
export interface RedisProcess {
  readonly port: number
  /** Kills it (SIGKILL), and resolves when it is gone. */
  kill(): Promise<void>
  /** As if its machine stood still. */
  pause(): void
  resume(): void
  /** Starts it again after it was killed, with the files that it has left. */
  start(): Promise<void>
  /** Ends it, and removes its files. */
  remove(): Promise<void>
}

const tries = 5

/** Starts one where there is a free port; what its configuration has to say of that may be made for it. */
export const startProcess = async (
  configuration: Configuration | ((port: number) => Configuration),
  mode: 'server' | 'sentinel',
): Promise<RedisProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-redis-'))
  for (let left = tries; ; left--) {
    const port = await freePort()
    try {
      const own = typeof configuration === 'function' ? configuration(port) : configuration
      await writeFile(join(folder, 'redis.conf'), linesFor(port, folder, own).join('\n'))
      return await running(folder, port, mode)
    } catch (error) {
      if (left > 0 && /Address already in use/.test(String(error))) continue
      await rm(folder, { recursive: true })
      throw error
    }
  }
}

const linesFor = (port: number, folder: string, configuration: Configuration): Configuration => [
  `port ${port}`,
  'bind 127.0.0.1',
  `dir ${folder}`,
  'daemonize no',
  ...configuration,
]

const running = async (folder: string, port: number, mode: 'server' | 'sentinel'): Promise<RedisProcess> => {
  let child = await launch(folder, mode)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    port,
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async start() {
      child = await launch(folder, mode)
    },
    async remove() {
      await kill()
      await rm(folder, { recursive: true })
    },
  }
}

const launch = async (folder: string, mode: 'server' | 'sentinel'): Promise<ChildProcess> => {
  const args = [join(folder, 'redis.conf'), ...(mode === 'sentinel' ? ['--sentinel'] : [])]
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = []
    child.once('error', () => reject(new Error('redis-server could not be started: install the package redis-server')))
    child.once('exit', () => reject(new Error(`redis-server ended: ${lines.slice(-5).join('\n')}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve()
    })
  })
  return child
}

/** A Cluster's own port lies 10,000 above it. */
const highestPort = 55_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port > highestPort ? freePort() : port
}

export const redisCli = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('redis-cli', args)).stdout

/** What the Redis at this port answers to a command. */
export const askRedis = (port: number, ...command: readonly string[]): Promise<string> =>
  redisCli('-p', String(port), ...command)
