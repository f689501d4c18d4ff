import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { asCommonJs, besidePrograms } from './programs.mjs'
import { root } from './root.mjs'

/**
 * A change to a module of the sources, to show that a test notices what is missing then: another source for it, or
 * another text for one that stands in it.
 *
 * @typedef {{ module: string } & ({ source: string } | { text: string, instead: string })} Change `module` is the end of
 * the module's path
 */

/**
 * What is native, what a bot's module must share with the program, and what finds files of its own. All else is in the
 * one file: a process starts in little more than half the time that way.
 *
 * @type {string[]}
 */
const external = ['lmdb', 'msgpackr', 'xstate', 'jiti', 'vitest']

/** Packages that are no modules of ES ask for Node's own with `require`. */
export const requireForBundled =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)"

/**
 * Bundles a program with the sources of all packages into one file that Node can run, and answers its path. Where that ends with
 * `.cjs`, it is one as it is published.
 *
 * @param {string} program its path from the root of the repository
 * @param {string} outfile path of the file, from `node_modules/.cache`: what stays outside the bundle is found from there
 * @param {readonly Change[]} [changes]
 * @returns {Promise<string>}
 * @throws {Error} where there is nothing to change
 */
export async function bundle(program, outfile, changes = []) {
  const path = join(root, 'node_modules/.cache', outfile)
  await mkdir(join(path, '..'), { recursive: true })
  await build({
    entryPoints: [join(root, program)],
    tsconfig: join(root, 'tsconfig.json'),
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    ...(outfile.endsWith('.cjs')
      ? { ...asCommonJs, external: besidePrograms }
      : { format: 'esm', external, banner: { js: requireForBundled } }),
    loader: { '.lua': 'text' },
    plugins: [changing(changes)],
    logLevel: 'error',
  })
  return path
}

/**
 * @param {readonly Change[]} changes
 * @returns {import('esbuild').Plugin}
 */
const changing = (changes) => ({
  name: 'changing',
  setup({ onLoad, onEnd }) {
    const left = new Set(changes)
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const own = changes.filter(({ module }) => path.endsWith(module))
      if (own.length === 0) return undefined
      for (const change of own) left.delete(change)
      return { contents: own.reduce(changed, await readFile(path, 'utf8')), loader: 'ts' }
    })
    onEnd(() => {
      for (const { module } of left) throw new Error(`no module ${module} to change`)
    })
  },
})

/**
 * @param {string} source
 * @param {Change} change
 */
const changed = (source, change) => {
  if ('source' in change) return change.source
  if (!source.includes(change.text)) throw new Error(`${change.module} has no text "${change.text}" to change`)
  return source.replace(change.text, () => change.instead)
}
