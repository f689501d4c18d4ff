import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { requireForBundled } from '../../../../scripts/lib/bundle.mjs'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A program of the tests, made of the packages' sources, ready to run as a process of its own. */
export interface Program {
  start(...args: string[]): Child
  /** Starts it where no file may grow beyond so many blocks of 512 bytes: a disk that fails in the middle of a write. */
  startOnFailingDisk(blocks: number, ...args: string[]): Child
  /** Kills what is still running of it, and leaves nothing behind. */
  remove(): Promise<void>
}

/** A process that tells what it does, a line at a time. */
export interface Child {
  readonly pid: number
  /** Its lines, in order; ends with the process. */
  lines: AsyncIterator<string, undefined>
  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void
  /** Kills it at once (SIGKILL), and resolves when it has ended. */
  kill(): Promise<void>
  /** Resolves with its exit code when it ends by itself. */
  ended: Promise<number | null>
}

/** Bundles a fixture, given by its path from the tests' folder. */
export const program = async (fixture: string): Promise<Program> => {
  // Beside the sources, because what stays outside the bundle is found from there.
  const folder = await mkdtemp(join(root, 'node_modules/.cache-'))
  const file = join(folder, 'fixture.mjs')
  await build({
    entryPoints: [join(root, 'packages/server/test', fixture)],
    tsconfig: join(root, 'tsconfig.json'),
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // All that can be is in the one file: a process starts in little more than half the time that way.
    external: ['lmdb', 'msgpackr'],
    banner: { js: requireForBundled },
    loader: { '.lua': 'text' },
    logLevel: 'error',
  })
  const children: Child[] = []
  const keep = (child: Child): Child => {
    children.push(child)
    return child
  }
  return {
    start: (...args) => keep(start(process.execPath, [file, ...args])),
    startOnFailingDisk(blocks, ...args) {
      const script = `ulimit -f ${blocks}; exec "$@"`
      return keep(start('sh', ['-c', script, 'sh', process.execPath, file, ...args]))
    },
    async remove() {
      await Promise.all(children.map((child) => child.kill()))
      await rm(folder, { recursive: true })
    },
  }
}

const start = (command: string, args: readonly string[]): Child => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    pid: child.pid ?? 0,
    lines: linesOf(child),
    ended,
    signal: (signal) => void child.kill(signal),
    kill: () => killed(child, ended),
  }
}

const linesOf = ({ stdout }: ChildProcess): AsyncIterator<string, undefined> => {
  if (!stdout) throw new Error('the process has no output')
  return createInterface({ input: stdout })[Symbol.asyncIterator]()
}

const killed = async (child: ChildProcess, ended: Promise<unknown>): Promise<void> => {
  child.kill('SIGKILL')
  await ended
}
