import type { Options } from 'tsup'
import { licensesOfWhatIsBundled } from './scripts/lib/licenses.mjs'
import { asCommonJs, besidePrograms } from './scripts/lib/programs.mjs'
import { spreadsOfOneShape } from './scripts/lib/spreads.mjs'

/** How every workspace is built; each names its own entries. */
export const build = (options: Pick<Options, 'entry' | 'dts'>): Options => ({
  tsconfig: new URL('./tsconfig.build.json', import.meta.url).pathname,
  format: 'esm',
  target: 'node20.19',
  dts: true,
  sourcemap: true,
  clean: ['!programs/**'],
  loader: { '.lua': 'text' },
  plugins: [spreadsOfOneShape()],
  ...options,
})

/** Takes in packages of many small files, each of which Node would have to find and read at every start. */
export const takingIn = (packages: readonly string[], options: Options): Options => ({
  ...options,
  noExternal: packages.map((name) => new RegExp(`^${name}(/|$)`)),
  esbuildPlugins: [licensesOfWhatIsBundled()],
})

/** Programs that are forked, and that nobody imports: a file for each, in a folder of their own. */
export const programs = (entry: NonNullable<Options['entry']>): Options => ({
  ...takingIn([], build({ entry, dts: false })),
  outDir: 'dist/programs',
  clean: true,
  sourcemap: false,
  external: besidePrograms,
  noExternal: [new RegExp(`^(?!(${besidePrograms.join('|')})(/|$))`)],
  format: 'cjs',
  define: asCommonJs.define,
  banner: asCommonJs.banner,
  esbuildOptions: (options) => {
    options.supported = asCommonJs.supported
    // What is read at each start is kept small, with lines and names by which an error can still be placed.
    Object.assign(options, { minifyWhitespace: true, lineLimit: 200, charset: 'ascii', legalComments: 'none' })
    // An import of what a package of ours does not use.
    options.logOverride = { 'ignored-bare-import': 'silent' }
  },
})
