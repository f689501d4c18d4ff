import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const folder = join(root, 'node_modules/.cache/daakia-processes', String(process.pid))

export interface Replacement {
  /** The end of the path of the module that is replaced. */
  module: string
  /** The source that takes its place. */
  source: string
}

/** Paths of programs, from the root of the repository. */
const programs = {
  server: 'packages/testing/test/processes/fixtures/server.ts',
  bot: 'packages/testing/test/processes/fixtures/bot.ts',
}

/**
 * Bundles a program with the sources of all packages into one file that Node can run, and answers its path. A module
 * can be replaced, to show that a test notices what is missing then.
 */
export const bundle = async (
  program: keyof typeof programs,
  replacements: readonly Replacement[] = [],
): Promise<string> => {
  await mkdir(folder, { recursive: true })
  const outfile = join(folder, `${program}${replacements.length > 0 ? '-broken' : ''}.mjs`)
  await build({
    entryPoints: [join(root, programs[program])],
    tsconfig: join(root, 'tsconfig.json'),
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['lmdb', 'ws', 'mqtt', 'xstate', 'zod', 'msgpackr', 'prom-client', 'jose'],
    plugins: [replacing(replacements)],
    logLevel: 'error',
  })
  return outfile
}

const replacing = (replacements: readonly Replacement[]): Plugin => ({
  name: 'replacing',
  setup({ onLoad, onEnd }) {
    const replaced = new Set<string>()
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const replacement = replacements.find(({ module }) => path.endsWith(module))
      if (!replacement) return undefined
      replaced.add(replacement.module)
      return { contents: replacement.source, loader: 'ts' }
    })
    onEnd(() => {
      for (const { module } of replacements)
        if (!replaced.has(module)) throw new Error(`no module ${module} to replace`)
    })
  },
})
