import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { requireForBundled } from '../../../../scripts/lib/bundle.mjs'
import { testFolder } from '../../../../scripts/lib/test-folder.mjs'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = join(root, 'node_modules/.cache', testFolder(), 'packages')

const sources: Readonly<Record<string, readonly [string]>> = JSON.parse(
  readFileSync(join(root, 'tsconfig.json'), 'utf8'),
).compilerOptions.paths

/** What an author's tests share with the packages, what is native, what finds files of its own, and what is no module of ES. */
const external = [
  'lmdb',
  'msgpackr',
  'xstate',
  'zod',
  'fast-check',
  'vitest',
  'jiti',
  'esbuild',
  '@babel/parser',
  'elkjs',
]

/** As the configuration of vitest has it: programs of the sources are bundled when a test needs them. */
const programsOfSources: Plugin = {
  name: 'programs-of-sources',
  setup({ onResolve }) {
    const programs = join(root, 'packages/testing/test/support/program-files.ts')
    onResolve({ filter: /^\.\/program-files\.js$/ }, () => ({ path: programs }))
    onResolve({ filter: /\/scripts\/lib\// }, ({ path }) => ({
      path: join(root, path.slice(path.indexOf('scripts/'))),
      external: true,
    }))
  },
}

/** The file of a package in the folder of them: `bot-sdk-metrics` of `@daakia/bot-sdk/metrics`. */
const fileOf = (name: string): string => name.replace('@daakia/', '').replaceAll('/', '-')

const builtAll = async (): Promise<Readonly<Record<string, string>>> => {
  const names = Object.keys(sources).filter((name) => /^@daakia\/(?!cli$)/.test(name))
  await build({
    entryPoints: {
      ...Object.fromEntries(names.map((name) => [fileOf(name), join(root, ...(sources[name] ?? []))])),
      'coverage-setup': join(root, 'packages/testing/src/coverage/setup.ts'),
    },
    tsconfig: join(root, 'tsconfig.json'),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external,
    banner: { js: requireForBundled },
    loader: { '.lua': 'text' },
    plugins: [programsOfSources],
    logLevel: 'error',
  })
  return Object.fromEntries(names.map((name) => [name, join(folder, `${fileOf(name)}.js`)]))
}

let built: ReturnType<typeof builtAll> | undefined

/**
 * The packages, made of the sources in one build, once: to load each source costs a run of vitest more than most tests do.
 * They share their modules, as sources do; what is published is built otherwise.
 *
 * @returns the file of each package, by what is imported
 */
export const builtPackages = (): ReturnType<typeof builtAll> => {
  built ??= builtAll()
  return built
}
