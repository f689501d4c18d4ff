import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/**
 * Makes a project take the Daakia packages from tarballs inside it. What they need of each other is listed too, so
 * that npm finds it among them.
 *
 * @param {string} folder
 * @param {readonly import('../lib/pack.mjs').Packed[]} packages
 */
export function dependOnTarballs(folder, packages) {
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  for (const { manifest: packed, tarball } of packages) {
    const group = packed.name in manifest.dependencies ? manifest.dependencies : manifest.devDependencies
    group[packed.name] = `file:./${relative(folder, tarball).split(sep).join('/')}`
  }
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
}
