import type { Options } from 'tsup'
import { licensesOfWhatIsBundled } from './scripts/lib/licenses.mjs'
import { spreadsOfOneShape } from './scripts/lib/spreads.mjs'

/** How every workspace is built; each names its own entries. */
export const build = (options: Pick<Options, 'entry' | 'dts'>): Options => ({
  tsconfig: new URL('./tsconfig.build.json', import.meta.url).pathname,
  format: 'esm',
  target: 'node20.19',
  dts: true,
  sourcemap: true,
  clean: true,
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
