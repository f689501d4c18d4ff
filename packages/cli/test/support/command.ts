import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'
import { requireForBundled } from '../../../../scripts/lib/bundle.mjs'
import { afterwards } from './house.js'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Of the sources as they are, in a place that is not kept, one level below the package as `dist` is. */
export const command = join(root, `packages/cli/.daakia/test-${process.pid}.js`)

/** Has the tests of a file find `daakia` at `command`. */
export const withCommand = (): void => {
  beforeAll(async () => {
    await build({
      entryPoints: [join(root, 'packages/cli/src/daakia.ts')],
      tsconfig: join(root, 'tsconfig.json'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // All that can be is in the one file: a command starts in little more than half the time that way.
      external: ['lmdb', 'msgpackr', 'xstate', 'jiti', 'pino', 'elkjs', 'vitest'],
      banner: { js: requireForBundled },
      loader: { '.lua': 'text' },
      logLevel: 'error',
      outfile: command,
    })
  })
  afterAll(() => rm(command))
}

interface Written {
  output: string
  errors: string
}

/** A process of `daakia`. */
export interface Running {
  child: ChildProcess & { stdin: NodeJS.WritableStream }
  /** What it has written so far. */
  written: Written
  ended: Promise<Written & { status: number | null }>
  /** Resolves with what it has written since the last time when this is in it, on either stream. */
  until(pattern: RegExp): Promise<string>
}

export interface RunOptions {
  folder?: string
  environment?: Record<string, string>
}

/** Runs `daakia` with these words. It is killed after the test. */
export const daakia = (words: readonly string[], { folder, environment }: RunOptions = {}): Running => {
  const child = spawn(process.execPath, [command, ...words], { cwd: folder, env: { ...process.env, ...environment } })
  const written = { output: '', errors: '' }
  let unheard = ''
  const listeners = new Set<() => void>()
  const hear = (stream: NodeJS.ReadableStream, name: keyof Written) =>
    stream.setEncoding('utf8').on('data', (text) => {
      written[name] += text
      unheard += text
      for (const listener of listeners) listener()
    })
  hear(child.stdout, 'output')
  hear(child.stderr, 'errors')
  const ended = once(child, 'close').then(([status]) => ({ status, ...written }))
  afterwards(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(unheard)) return
        listeners.delete(look)
        resolve(unheard)
        unheard = ''
      }
      listeners.add(look)
      void ended.then(() => reject(new Error(`It ended without ${pattern}: ${written.output}${written.errors}`)))
      look()
    })
  return { child, written, ended, until }
}
