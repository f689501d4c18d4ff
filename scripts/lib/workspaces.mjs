import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {object} Workspace
 * @property {string} path relative to the root, such as `packages/server`
 * @property {Manifest} manifest
 */

/** @returns {Workspace[]} */
export function workspaces() {
  const paths = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  )
  return [...paths, 'benchmarks', 'checker'].flatMap((path) => {
    const manifest = readManifest(path)
    return manifest ? [{ path, manifest }] : []
  })
}

/** Those that go to the registry. */
export const publishedWorkspaces = () => workspaces().filter(({ manifest }) => !manifest.private)

/**
 * @param {string} path
 * @returns {Manifest | undefined}
 */
function readManifest(path) {
  try {
    return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}
