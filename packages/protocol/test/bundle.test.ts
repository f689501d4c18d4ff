import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** A door of this package as a browser gets it: minified, with all that it imports. */
const bundle = async (path: string): Promise<string> => {
  const result = await build({
    entryPoints: [source(path)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  return result.outputFiles[0]?.text ?? ''
}

describe('In a browser', () => {
  it.each([
    ['mqtt/index.ts', 10],
    ['index.ts', 17],
  ])('%s takes at most %i KiB, and needs nothing of Node', async (path, largestKiB) => {
    const code = await bundle(path)
    expect(gzipSync(code, { level: 9 }).length / 1024).toBeLessThanOrEqual(largestKiB)
    expect(code).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b|\bprocess\./)
  })
})
