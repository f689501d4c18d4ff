import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

test('the package bundles for a browser, with nothing of Node in it, in less than 37 kB as they are loaded', async () => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`${root}packages/client-sdk/src/index.ts`],
    tsconfig: `${root}tsconfig.json`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [file] = outputFiles
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  // Of the WebSocket of Node, its empty form for browsers.
  expect(Object.keys(metafile.inputs).filter((path) => /node_modules\/(?!zod\/)/.test(path))).toEqual([
    'node_modules/ws/browser.js',
  ])
  expect(gzipSync(file?.contents ?? '', { level: 9 }).length).toBeLessThan(37_000)
})
