import { execFile } from 'node:child_process'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { builtPackages } from './built-packages.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A test that was run, and what vitest shows of it; or, by its kind, an error that belongs to none. */
export interface Shown {
  name: string
  errors: { message: string; stacks: { file: string; line: number }[] }[]
}

export interface RunOptions {
  environment?: NodeJS.ProcessEnv
  /** In which they do it, from that of this repository. */
  folder?: string
  /** Whether it loads each source of the packages, which takes longer: a failure shows the lines of them. */
  ofSources?: boolean
}

/** Runs a file of tests in a vitest of its own, as their author would. */
export const runTests = async (
  program: string,
  { environment = {}, folder = '.', ofSources = false }: RunOptions = {},
): Promise<readonly Shown[]> => {
  const runner = fileURLToPath(new URL('./run-failing.mjs', import.meta.url))
  const packages = ofSources ? '' : JSON.stringify(await builtPackages())
  const env: NodeJS.ProcessEnv = { ...process.env, DAAKIA_SEED: '', PACKAGES: packages }
  // It is a run of its own.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name]
  const { stdout } = await promisify(execFile)(process.execPath, [runner, program], {
    cwd: join(root, folder),
    env: { ...env, ...environment },
  })
  return JSON.parse(stdout)
}

/** A failure as vitest shows it in a folder, with the line that it points to. */
export const shownFailure = ({ message, stacks: [first] }: Shown['errors'][number], folder = '.'): string =>
  `${message}\n ❯ ${relative(join(root, folder), first?.file ?? '')}:${first?.line}`
