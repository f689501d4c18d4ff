/**
 * How programs are built that run as processes of their own: each is one file of CommonJS, of which V8 can keep what it has
 * compiled, with all that it runs.
 */

/** What is native, and what no program comes to use. */
export const besidePrograms = ['lmdb', 'msgpackr', 'ioredis', 'prom-client']

/**
 * What modules of ES have, and files of CommonJS have not; an `import` in code that was kept does not work on Node 20.
 *
 * @satisfies {import('esbuild').BuildOptions}
 */
export const asCommonJs = {
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href" },
}
