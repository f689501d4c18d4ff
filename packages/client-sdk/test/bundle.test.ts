import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Kilobytes as a browser loads them. */
const bundle = async (external: string[]) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${root}packages/client-sdk/src/index.ts`],
    tsconfig: `${root}tsconfig.json`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [file] = outputFiles
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  return { kilobytes: gzipSync(file?.contents ?? '', { level: 9 }).length / 1000, imports }
}

test('the package bundles for a browser, with nothing of Node in it, in less than 130 kB', async () => {
  const { kilobytes, imports } = await bundle([])
  expect(imports).toEqual([])
  expect(kilobytes).toBeLessThan(130)
})

test('its own part of that, without mqtt.js, is less than 25 kB', async () => {
  const { kilobytes, imports } = await bundle(['mqtt'])
  expect(imports).toEqual(['mqtt'])
  expect(kilobytes).toBeLessThan(25)
})
