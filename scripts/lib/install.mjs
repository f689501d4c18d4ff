import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { root } from './root.mjs'
import { workspaces } from './workspaces.mjs'

/**
 * @typedef {import('./workspaces.mjs').Manifest} Manifest
 * @typedef {Partial<Manifest> & { link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry
 */

/** Installs the dependencies where `node_modules` is not what the lock file says. */
export async function install() {
  if (isInstalled()) return
  process.stderr.write('Installing dependencies…\n')
  await run('npm', [existsSync(join(root, 'node_modules')) ? 'install' : 'ci', '--no-progress', '--loglevel=error'])
}

/** npm notes at the end of an install what it has put there; an install that was cut off leaves no such note. */
function isInstalled() {
  const installed = readEntries('node_modules/.package-lock.json')
  const locked = readEntries('package-lock.json')
  return installed !== undefined && locked !== undefined && fits(locked, installed) && lockFitsManifests(locked)
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function readEntries(file) {
  const path = join(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

/**
 * @param {Record<string, LockEntry>} locked
 * @param {Record<string, LockEntry>} installed
 */
function fits(locked, installed) {
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = installed[path]
    return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer)
  })
}

/** @param {Record<string, LockEntry>} locked */
function lockFitsManifests(locked) {
  return workspaces().every(({ path, manifest }) => {
    const entry = locked[path]
    return entry !== undefined && dependenciesOf(entry) === dependenciesOf(manifest)
  })
}

/** @param {LockEntry} manifest */
function dependenciesOf({ dependencies, devDependencies, peerDependencies, optionalDependencies }) {
  return [dependencies, devDependencies, peerDependencies, optionalDependencies]
    .map((group) => JSON.stringify(Object.entries(group ?? {}).sort()))
    .join()
}
