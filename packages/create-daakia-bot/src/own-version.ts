import { readFile } from 'node:fs/promises'

/** The version of this package. All Daakia packages are released under the same one. */
export async function ownVersion(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
