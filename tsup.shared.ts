import type { Options } from 'tsup'

/** How every workspace is built; each names its own entries. */
export const build = (options: Pick<Options, 'entry' | 'dts'>): Options => ({
  tsconfig: new URL('./tsconfig.build.json', import.meta.url).pathname,
  format: 'esm',
  target: 'node20.19',
  dts: true,
  sourcemap: true,
  clean: true,
  loader: { '.lua': 'text' },
  ...options,
})
