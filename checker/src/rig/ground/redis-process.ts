import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { RedisState } from '../../history/event.js'

const host = '127.0.0.1'

export interface RedisProcessOptions {
  /** Its files go into a folder of this name. */
  name: string
  /** Of the run. */
  folder: string
  /** Further lines of its configuration, by its port. */
  configuration?: (port: number) => readonly string[]
  /** Told when it ends without being asked to. */
  died(reason: string): void
  /** Told what has become of it. */
  became?(state: RedisState): void
}

/** A Redis that has each command on its disk before it answers. */
export class RedisProcess {
  readonly #options: RedisProcessOptions
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(options: RedisProcessOptions, port: number) {
    this.#options = options
    this.port = port
  }

  /** Starts one at a port that is free. */
  static async start(options: RedisProcessOptions): Promise<RedisProcess> {
    const folder = join(options.folder, options.name)
    await mkdir(folder)
    const port = await freePort()
    const lines = [`port ${port}`, `bind ${host}`, `dir ${folder}`, ...always]
    await writeFile(join(folder, 'redis.conf'), [...lines, ...(options.configuration?.(port) ?? [])].join('\n'))
    const redis = new RedisProcess(options, port)
    await redis.start()
    return redis
  }

  /** Starts it, after it was killed with what it has left. Resolves when it takes connections. */
  async start(): Promise<void> {
    const { folder, name, died } = this.#options
    const child = spawn('redis-server', [join(folder, name, 'redis.conf')], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#process = child
    const orphaned = () => void child.kill('SIGKILL')
    process.once('exit', orphaned)
    child.once('exit', (code, signal) => {
      process.off('exit', orphaned)
      if (this.#process === child) died(`ended by itself with ${code ?? signal}`)
    })
    await ready(child, join(folder, `${name}.log`), (line) => this.#heed(line))
    this.#became('started')
  }

  pause(): void {
    this.#process?.kill('SIGSTOP')
    this.#became('stopped')
  }

  resume(): void {
    this.#became('continued')
    this.#process?.kill('SIGCONT')
  }

  /** Ends it at once, as `kill -9` does. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    this.#became('dead')
  }

  /** What it answers to a command. @throws Error where it does not answer */
  ask(...command: readonly string[]): Promise<string> {
    return ask(['-p', String(this.port), ...command])
  }

  #heed(line: string): void {
    const found = changes.find(({ text }) => line.includes(text))
    if (found) this.#became(found.state)
  }

  #became(state: RedisState): void {
    this.#options.became?.(state)
  }
}

/** What it says where it takes a place, and where it learns that another one has its own. */
const changes = [
  { text: 'Failover election won', state: 'master' },
  { text: 'Manual failover user request accepted', state: 'asked' },
  { text: 'Reconfiguring myself as a replica', state: 'replica' },
] as const

/** As operators are told to run it. */
const always = ['save ""', 'appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction', 'daemonize no']

/** Resolves when it takes connections; what it says goes to the file. */
const ready = (child: ChildProcess, log: string, heed: (line: string) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', () => reject(new Error('redis-server could not be started: install the package redis-server')))
    child.once('exit', () => reject(new Error(`redis-server ended; see ${log}`)))
    const file = createWriteStream(log, { flags: 'a' })
    createInterface({ input: child.stdout as Readable })
      .on('line', (line) => {
        file.write(`${line}\n`)
        heed(line)
        if (line.includes('Ready to accept connections')) resolve()
      })
      .once('close', () => file.end())
  })

/** Below those that the system gives out, one of which could be in use when a Redis comes back; a Cluster's own port lies 10,000 above. */
const ports = { least: 20_000, most: 21_999 }

const freePort = async (): Promise<number> => {
  for (;;) {
    const port = ports.least + Math.floor(Math.random() * (ports.most - ports.least + 1))
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port
  }
}

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/** One that stands still does not answer. */
const answersWithinMs = 2_000

const ask = async (args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('redis-cli', args, { timeout: answersWithinMs })).stdout

export const redisCli = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('redis-cli', args)).stdout
