import { join } from 'node:path'
import { capture } from './child.mjs'
import { root } from './root.mjs'
import { publishedWorkspaces } from './workspaces.mjs'

/**
 * @typedef {import('./workspaces.mjs').Manifest} Manifest
 * @typedef {object} Packed
 * @property {Manifest} manifest
 * @property {string} tarball absolute path
 */

/**
 * Packs packages, as they would be published, into `folder`. They have to be built.
 *
 * @param {string} folder
 * @param {readonly import('./workspaces.mjs').Workspace[]} [packages] by default all that are published
 * @returns {Promise<Packed[]>}
 */
export async function pack(folder, packages = publishedWorkspaces()) {
  const selection = packages.map(({ manifest }) => `--workspace=${manifest.name}`)
  const args = ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`, ...selection]
  const { status, stdout, stderr } = await capture('npm', args, { cwd: root })
  if (status !== 0) throw new Error(`npm pack: ${stderr}`)
  /** @type {{ name: string, filename: string }[] | Record<string, { name: string, filename: string }>} */
  const packed = JSON.parse(stdout)
  return packages.map(({ manifest }) => ({ manifest, tarball: tarballOf(manifest, Object.values(packed), folder) }))
}

/**
 * @param {Manifest} manifest
 * @param {readonly { name: string, filename: string }[]} packed
 * @param {string} folder
 */
function tarballOf({ name }, packed, folder) {
  const found = packed.find((one) => one.name === name)
  if (!found) throw new Error(`npm pack left ${name} out`)
  return join(folder, found.filename)
}
