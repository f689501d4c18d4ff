import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import type { CoverageOptions } from '../../../src/coverage.js'
import { builtPackages } from '../../support/built-packages.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What came of a run of vitest. */
export interface Ran {
  status: number | null
  output: string
}

/** To load everything anew for each file of tests takes longer than all of them. */
export const oneProcess = ['--no-isolate', '--maxWorkers=1']

/** Runs the tests of a folder, in a process of its own, with coverage of their bots. */
export const runVitest = async (
  folder: string,
  include: string,
  options: CoverageOptions,
  args: readonly string[] = [],
): Promise<Ran> => {
  const own = { COVERAGE: JSON.stringify(options), INCLUDE: include, PACKAGES: JSON.stringify(await builtPackages()) }
  const env: NodeJS.ProcessEnv = { ...process.env, ...own }
  // It is a run of its own.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST') || name === 'FORCE_COLOR') delete env[name]
  const command = [here('../../../../../node_modules/vitest/vitest.mjs'), 'run', '--config', here('vitest.config.ts')]
  const child = spawn(process.execPath, [...command, ...args], { cwd: folder, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data
    })
  }
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { status, output: stripVTControlCharacters(output) }
}

/** A folder with tests of its own, which vitest runs in a process of its own. */
export class Project implements Disposable {
  readonly folder: string

  /** @param files by name; tests end with `.case.ts`, as they are none of this package */
  constructor(files: Readonly<Record<string, string>>) {
    // Inside of the package, so that imports are found.
    this.folder = mkdtempSync(here('../project-'))
    for (const [name, content] of Object.entries(files)) this.write(name, content)
  }

  write(name: string, content: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }

  /** `undefined` where there is no such file. */
  read(name: string): string | undefined {
    const path = join(this.folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }

  run(options: CoverageOptions, ...args: readonly string[]): Promise<Ran> {
    return runVitest(this.folder, '**/*.case.ts', options, args)
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}
