import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** Which core runs what; undefined where processes can't be pinned. */
export interface Cores {
  server: number
  load: number
}

/** A core for the server and one for the load: with two cores or more, and `taskset` (util-linux). */
export const pinnedCores = (): Cores | undefined => {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return availableParallelism() > 1 ? { server: 0, load: 1 } : undefined
  } catch {
    return undefined
  }
}

/** Keeps this process, with the threads it has, to one core. */
export const pinSelf = (core: number): void => {
  execFileSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)], { stdio: 'ignore' })
}

export interface StartOptions {
  core?: number | undefined
  env?: Record<string, string>
}

/** A process of the benchmark, with the end of what it complained about. */
export interface Started {
  pid: number
  child: ChildProcess
  /** Rejects when the process ends before it is stopped. */
  died: Promise<never>
  /** Asks it to end, and makes it when it does not. */
  stop(): Promise<void>
}

const complaintCharacters = 400
const patienceMs = 10_000

/** Starts a program, on a core of its own where `core` is given, with a channel for messages where it is Node's. */
export const start = (command: readonly string[], { core, env }: StartOptions = {}): Started => {
  const [file, ...args] = core === undefined ? command : ['taskset', '-c', String(core), ...command]
  const ipc = command[0] === process.execPath ? (['ipc'] as const) : []
  const child = spawn(file as string, args, {
    stdio: ['ignore', 'ignore', 'pipe', ...ipc],
    env: { ...process.env, ...env },
  })
  let complaint = ''
  child.stderr?.on('data', (text) => {
    complaint = (complaint + text).slice(-complaintCharacters)
  })
  let stopping = false
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const died = ended.then((): never => {
    if (stopping) return undefined as never
    throw new Error(`the server ended: ${lastLine(complaint) ?? `code ${child.exitCode ?? child.signalCode}`}`)
  })
  died.catch(() => undefined)
  const stop = async () => {
    stopping = true
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(kill)
  }
  return { pid: child.pid ?? 0, child, died, stop }
}

/** Starts a script of the benchmark with Node. */
export const startNode = (script: string, args: readonly string[], options: StartOptions & { flags?: string[] } = {}) =>
  start([process.execPath, ...(options.flags ?? []), scriptPath(script), ...args], options)

/** The next message of the process; rejects when it ends instead. */
export const nextMessage = async <T>({ child, died }: Started): Promise<T> => {
  const [message] = await Promise.race([once(child, 'message'), died])
  return message as T
}

const scriptPath = (name: string): string => new URL(`./${name}.js`, import.meta.url).pathname

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined
